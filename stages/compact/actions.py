"""Stage 0: is it safe, what is it about, who is invited, both signatures."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from beheard.people.models import Invitation, Session
from beheard.people.pages import Place
from beheard.rls import Actor, NotNow
from beheard.rls.doors import door, door_value
from stages.actions import arrive
from stages.compact.models import Outcome, SafetyCheck, SafetyOutcome
from stages.compact.questions import is_worrying
from stages.progress import complete_stage, enter_stage, meet, take_step, vessel_of, wait_at_gate
from stages.steps import MeetingKind, StepKind

MOST_SENT = 4  # the first, and three more
RESEND_AFTER = timedelta(days=1)
TOPIC_WORDS = 20


def answer_safety(*, place: Place, answers: dict[str, str], now: datetime) -> Outcome:
    """Keep the answers where nobody reads them again, and what follows where only this person does.

    A worrying answer closes joint stages for this person. The other sees an ordinary pause, two to 24 hours later.
    """
    mine = {"owner_id": place.user_id, "session_id": place.session.pk, "vessel": vessel_of(place)}
    SafetyCheck(answers=answers, created_at=now, **mine).save(force_insert=True)
    outcome = Outcome.CLOSED if is_worrying(answers) else Outcome.OPEN
    pauses_at = now + timedelta(minutes=secrets.randbelow(22 * 60) + 120) if outcome == Outcome.CLOSED else None
    SafetyOutcome.objects.create(outcome=outcome, pauses_at=pauses_at, created_at=now, **mine)
    return outcome


def approve_topic(*, place: Place, topic: str, now: datetime) -> None:
    """The inviter approves a short, neutral topic word by word. It can change until the invitation goes out."""
    if place.seat != "A":
        raise NotNow(_("The topic was chosen with the invitation."))
    if len(topic.split()) > TOPIC_WORDS:
        raise NotNow(_("At most 20 words, please."))
    session = place.session
    if session.status != "CREATED":
        raise NotNow(_("The topic can't change any more: the invitation carries it."))
    session.topic, session.topic_approved_at = topic, now
    session.save(update_fields=["topic", "topic_approved_at", "updated_at"])


def invite(*, place: Place, email: str, now: datetime) -> str:
    """A link for the other person, and an e-mail if there is an address. Returns the link, which is not kept anywhere."""
    if place.seat != "A" or place.partner_name:
        raise NotNow(_("Someone has joined already."))
    if place.session.topic_approved_at is None:
        raise NotNow(_("First approve the topic that the invitation will show."))
    token = secrets.token_urlsafe(32)
    open_one = open_invitation(place)
    if open_one is None:
        invitation = _first_invitation(place, token, email, now)
    else:
        invitation = _sent_again(open_one, token, email, now)
    door("mark_invited", place.session.pk)
    link = settings.BASE_URL + reverse("invitation", args=[token])
    if email:
        transaction.on_commit(lambda: _send(email, place.display_name, link), robust=True)
        invitation.sent_count, invitation.last_sent_at = invitation.sent_count + 1, now
        invitation.save(update_fields=["sent_count", "last_sent_at"])
    return link


def open_invitation(place: Place) -> Invitation | None:
    return Invitation.objects.filter(
        session_id=place.session.pk, owner_id=place.user_id, withdrawn_at__isnull=True
    ).first()


def withdraw_invitation(*, place: Place, now: datetime) -> None:
    invitation = open_invitation(place)
    if invitation:
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])


def _first_invitation(place: Place, token: str, email: str, now: datetime) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                session_id=place.session.pk,
                owner_id=place.user_id,
                vessel_id=vessel_of(place).pk,
                token_hash=token_hash(token),
                email=email,
                expires_at=now + timedelta(days=settings.INVITATION_DAYS),
                created_at=now,
            )
    except IntegrityError as twice:
        raise NotNow(_("An invitation was just made in another tab.")) from twice


def _sent_again(invitation: Invitation, token: str, email: str, now: datetime) -> Invitation:
    """A new link takes the place of the old one: only the newest works."""
    if email and invitation.sent_count >= MOST_SENT:
        raise NotNow(_("It has been sent four times. You can still give them the link yourself."))
    if email and invitation.last_sent_at and now - invitation.last_sent_at < RESEND_AFTER:
        raise NotNow(_("It went out less than a day ago. Give it a little time."))
    invitation.token_hash, invitation.expires_at = token_hash(token), now + timedelta(days=settings.INVITATION_DAYS)
    invitation.email = email or invitation.email
    invitation.save(update_fields=["token_hash", "expires_at", "email"])
    return invitation


def _send(address: str, name: str, link: str) -> None:
    """No content: who invites, and a link."""
    text = _(
        "%(name)s would like to talk something through with you, with some help, and at your own pace.\n\n"
        "You can look first, without joining and without anyone knowing:\n%(link)s\n\n"
        "If you would rather not, you need not do anything."
    )
    send_mail("BeHeard", text % {"name": name, "link": link}, None, [address])


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def join(*, by: Actor, token: str, name: str, now: datetime) -> Place:
    """The invited person sits down. Their vessel opens; nothing crosses until the inviter has confirmed who joined."""
    session_id = door_value("join_session", token_hash(token), name.strip())
    if session_id is None:
        raise NotNow(_("This invitation can't be used any more. Ask the person who sent it for a new one."))
    place = arrive(by=by, session=Session.objects.get(pk=session_id), now=now)
    enter_stage(place=place, stage=1, now=now)
    return place


def decline(*, token: str) -> None:
    """The inviter learns nothing: to them the invitation simply runs out."""
    door("decline_invitation", token_hash(token))


def confirm_partner(*, place: Place, is_them: bool) -> None:
    door("confirm_partner", place.session.pk, is_them)
    if is_them:
        meet(place=place, kind=MeetingKind.COMPACT)


def sign_compact(*, place: Place, now: datetime) -> bool:
    """One person's signature. True when both have signed; until then nobody sees that one has."""
    take_step(place=place, kind=StepKind.COMPACT_SIGNED, now=now)
    wait_at_gate(place=place, stage=0, now=now)
    return settle_compact(place=place, now=now)


def settle_compact(*, place: Place, now: datetime) -> bool:
    """Complete Stage 0 once both have signed. Called whenever the person comes by; idempotent."""
    both = meet(place=place, kind=MeetingKind.COMPACT)
    if both:
        complete_stage(place=place, stage=0, now=now)
    return both


def invitation_by_token(token: str) -> dict | None:
    rows = door("invitation_by_token", token_hash(token))
    return rows[0] if rows else None
