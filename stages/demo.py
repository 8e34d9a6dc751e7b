"""A demo couple, part-way through, made by the same actions as everyone. Texts in demo.toml."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from beheard.people.models import Session, User
from beheard.people.pages import Place, place_of
from beheard.rls import Actor, no_actor, transaction_as
from stages import actions, turn
from stages.compact import actions as compact
from stages.compact.questions import QUESTIONS
from stages.models import Meeting, Outbox
from stages.witness import actions as witness
from stages.witness.queries import open_recap

TEXTS = tomllib.loads(Path(__file__).with_name("demo.toml").read_text())
STARTED_BEFORE = timedelta(days=2)


def sign_ins() -> list[tuple[str, str]]:
    return [(TEXTS[person]["email"], TEXTS["password"]) for person in ("ada", "ben")]


def load(*, now: datetime) -> bool:
    """Make the couple, once. False when it is there already. A start killed half-way leaves a session of its own; a
    new one is made."""
    ada, ben = _account("ada"), _account("ben")
    if _is_there(ben):
        return False
    link = _first(ada, now - STARTED_BEFORE)
    _second(ben, link, now - STARTED_BEFORE + timedelta(hours=5))
    with transaction_as(ada):
        place = _place(ada)
        compact.confirm_partner(place=place, is_them=True)
        compact.sign_compact(place=_place(ada), now=now)
    with transaction_as(ben):
        compact.sign_compact(place=_place(ben), now=now)
    return True


def _account(person: str) -> Actor:
    texts = TEXTS[person]
    with no_actor():
        user = User.objects.filter(email=texts["email"]).first()
        if user is None:
            user = User.objects.create_user(texts["email"], TEXTS["password"], name=texts["name"])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Actor.user(user.pk)


def _is_there(ben: Actor) -> bool:
    """Seat B signs last, in one transaction with everything after it."""
    with transaction_as(ben):
        return Session.objects.exists() and Meeting.objects.exists()


def _place(actor: Actor) -> Place:
    return place_of(actor, Session.objects.order_by("-created_at").first().pk)


def _first(ada: Actor, start: datetime) -> str:
    """Ada begins, is heard, and invites. Returns the token of her link."""
    with transaction_as(ada):
        place = actions.begin(
            by=ada, words=TEXTS["ada"]["words"][0], display_name=TEXTS["ada"]["name"], key=f"demo-{uuid4()}", now=start
        )
    _is_heard(ada, place, "ada", start)
    with transaction_as(ada):
        compact.approve_topic(place=_place(ada), topic=TEXTS["topic"], now=start)
        link = compact.invite(place=_place(ada), email="", now=start)
    return link.rstrip("/").rsplit("/", 1)[-1]


def _second(ben: Actor, token: str, start: datetime) -> None:
    with transaction_as(ben):
        place = compact.join(by=ben, token=token, name=TEXTS["ben"]["name"], now=start)
        actions.say(place=place, words=TEXTS["ben"]["words"][0], stage=1, key="demo-0", now=start)
    _is_heard(ben, place, "ben", start)


def _is_heard(actor: Actor, place: Place, person: str, start: datetime) -> None:
    texts = TEXTS[person]
    _answered(place)
    for number, words in enumerate(texts["words"][1:], start=1):
        with transaction_as(actor):
            # The guide answers at its own time, which is now: words of two days ago would stand apart from their answers.
            actions.say(place=place, words=words, stage=1, key=f"demo-{number}", now=timezone.now())
        _answered(place)
    with transaction_as(actor):
        for number, intensity in enumerate(texts["readings"]):
            at = start + timedelta(minutes=5 * number)
            actions.read_barometer(place=place, intensity=intensity, stage=1, now=at)
    later = timezone.now()
    witness.offer_recap(user_id=actor.user_id, session_id=place.session.pk, now=later)
    with transaction_as(actor):
        witness.accept_recap(place=place, recap_id=open_recap(place).pk, now=later)
        witness.feel_heard(place=place, now=later)
        compact.answer_safety(place=place, answers=dict.fromkeys(QUESTIONS, "no"), now=later)


def _answered(place: Place) -> None:
    """Let the guide answer here and now, as the worker would."""
    with transaction_as(Actor.system()):
        owed = list(
            Outbox.objects.filter(owner_id=place.user_id, settled_at__isnull=True).values_list("message_id", flat=True)
        )
    for message_id in owed:
        turn.answer(message_id=message_id, user_id=place.user_id, session_id=place.session.pk)
