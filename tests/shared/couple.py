"""Two people in one session, made as they would make it: by the doors, as themselves."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from beheard.people.actions import begin_session
from beheard.people.models import Invitation, User
from beheard.people.pages import Place, place_of
from beheard.rls import Actor, no_actor, transaction_as
from beheard.rls.doors import door
from vessels.private.actions import open_vessel
from vessels.private.models import IdentifiedNeed, UserVessel

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PASSWORD = "a long enough one"


@dataclass
class Couple:
    """Ana began the session, Ben joined it; both sit in it with their vessels open."""

    ana: Place
    ben: Place


def person(email: str) -> Actor:
    with no_actor():
        return Actor.user(User.objects.create_user(email, PASSWORD, name=email.split("@")[0].title()).pk)


def begin(actor: Actor, name: str) -> Place:
    """A session this person is alone in."""
    with transaction_as(actor):
        session = begin_session(by=actor, display_name=name)
        open_vessel(by=actor, session=session)
        return place_of(actor, session.pk)


def join(inviter: Place, actor: Actor, name: str) -> Place:
    """Someone takes the other seat, and the inviter says it is them."""
    token = hashlib.sha256(str(inviter.session.pk).encode()).digest()
    with transaction_as(inviter.actor):
        vessel = UserVessel.objects.get(owner_id=inviter.user_id, session_id=inviter.session.pk)
        Invitation.objects.create(
            session_id=inviter.session.pk,
            owner_id=inviter.user_id,
            vessel_id=vessel.pk,
            token_hash=token,
            expires_at=datetime.now(UTC) + timedelta(days=7),
        )
    with transaction_as(actor):
        door("join_session", token, name)
        place = place_of(actor, inviter.session.pk)
        open_vessel(by=actor, session=place.session)
    with transaction_as(inviter.actor):
        door("confirm_partner", inviter.session.pk, True)
    return place


def couple(label: str = "") -> Couple:
    ana = begin(person(f"ana{label}@example.org"), "Ana")
    ben = join(ana, person(f"ben{label}@example.org"), "Ben")
    return Couple(ana, ben)


def reach(place: Place, stage: int) -> None:
    """The person comes to a stage."""
    from stages.progress import enter_stage

    with transaction_as(place.actor):
        enter_stage(place=place, stage=stage, now=NOW)


def need_of(place: Place, words: str = "I need to be asked before plans are made.", **fields) -> IdentifiedNeed:
    """A need this person confirmed. Call it as them."""
    fields = {"category": "RECOGNITION", "origin": "PERSON", "confirmed": True, "confirmed_at": NOW, **fields}
    return IdentifiedNeed.objects.create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        vessel=UserVessel.objects.get(owner_id=place.user_id, session_id=place.session.pk),
        need=words,
        words=words,
        **fields,
    )
