"""Stage 0: is it safe, what is it about, who is invited, both signatures."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from beheard.people.models import Invitation, Session, SessionStatus
from beheard.people.pages import Place
from beheard.rls import Actor, NotNow
from beheard.rls.doors import door, door_value
from stages import suggestions
from stages.actions import DOUBLE_CLICK, arrive
from stages.compact import sending
from stages.compact.models import Outcome, SafetyCheck, SafetyOutcome
from stages.compact.questions import is_worrying
from stages.compact.sending import link_of, token_hash
from stages.guide.builtin.judgment import check_words
from stages.journey import check_joint, check_not_over, invitation_state
from stages.models import Purpose
from stages.progress import (
    complete_stage,
    enter_stage,
    have_met,
    locked_vessel,
    meet,
    safety_of,
    take_back,
    take_step,
    vessel_of,
    wait_at_gate,
)
from stages.steps import MeetingKind, StepKind

MOST_SENT = 4  # the first, and three more
RESEND_AFTER = timedelta(days=1)
TOPIC_WORDS = 20
NOT_NEUTRAL = {"blame", "heat", "threat", "diagnosis", "name", "contact"}


def answer_safety(*, place: Place, answers: dict[str, str], now: datetime) -> Outcome:
    """Keep the answers where nobody reads them again, and what follows where only this person does.

    A worrying answer closes joint stages for this person. The other sees an ordinary pause, two to 24 hours later; saying it
    again doesn't put that off.
    """
    mine = {"owner_id": place.user_id, "session_id": place.session.pk, "vessel": locked_vessel(place)}
    before = SafetyOutcome.objects.filter(**mine).order_by("-created_at", "-id").first()
    outcome = Outcome.CLOSED if is_worrying(answers) else Outcome.OPEN
    if before and before.outcome == outcome and now - before.created_at < DOUBLE_CLICK:
        return outcome
    SafetyCheck(answers=answers, created_at=now, **mine).save(force_insert=True)
    pauses_at = (before and before.pauses_at) or _some_hours_after(now) if outcome == Outcome.CLOSED else None
    SafetyOutcome.objects.create(outcome=outcome, pauses_at=pauses_at, created_at=now, **mine)
    return outcome


def _some_hours_after(now: datetime) -> datetime:
    return now + timedelta(minutes=120 + secrets.randbelow(22 * 60))


def approve_topic(*, place: Place, topic: str, now: datetime) -> None:
    """The inviter approves a short, neutral topic word by word. It can change until the invitation goes out."""
    check_joint(place)
    if place.seat != "A":
        raise NotNow(_("The topic was chosen with the invitation."))
    if len(topic.split()) > TOPIC_WORDS:
        raise NotNow(_("At most 20 words, please."))
    session = (
        Session.objects.select_for_update(no_key=True).filter(pk=place.session.pk, status=SessionStatus.CREATED).first()
    )
    if session is None:
        raise NotNow(_("The topic can't change any more: the invitation carries it."))
    session.topic, session.topic_approved_at = topic, now
    session.save(update_fields=["topic", "topic_approved_at", "updated_at"])


def name_topic(*, place: Place, topic: str, looked_at: str, now: datetime) -> list[str]:
    """Approve it, or first say what may not sound neutral to the one who reads it. Said once, by rules: it needs no waiting; then
    the person decides. `looked_at` are the words it was said about. Empty when the topic is approved.
    """
    look_at = [] if looked_at == topic else _not_neutral(topic)
    if not look_at:
        approve_topic(place=place, topic=topic, now=now)
    return look_at


def _not_neutral(topic: str) -> list[str]:
    return list(dict.fromkeys(str(found.message) for found in check_words(topic) if found.kind in NOT_NEUTRAL))[:2]


def ask_for_topic(*, place: Place) -> None:
    """Let the guide offer words. They come by themselves."""
    if place.seat != "A" or place.session.status != SessionStatus.CREATED:
        raise NotNow(_("The topic can't change any more: the invitation carries it."))
    suggestions.ask(place=place, purpose=Purpose.TOPIC, about_id=place.session.pk)


# --- the invitation -------------------------------------------------------------------------------
def invite(*, place: Place, email: str, now: datetime) -> str:
    """A link for the other person, and an e-mail if there is an address. Returns the link, which is not kept anywhere.

    A new link takes the place of the old one. E-mails go out four times at most, a day apart, whatever became of the links.
    """
    check_joint(place)
    if place.seat != "A" or place.partner_name:
        raise NotNow(_("Someone has joined already."))
    if place.session.topic_approved_at is None:
        raise NotNow(_("First approve the topic that the invitation will show."))
    locked_vessel(place)
    before = _latest_invitation(place)
    if before and _someone_joined(before):
        raise NotNow(_("Someone has joined already."))
    if email:
        _check_may_send(before, now)
    token = secrets.token_urlsafe(32)
    invitation = _renewed(place, before, token, email, now)
    door("mark_invited", place.session.pk)
    if email:
        sending.owe(invitation=invitation, token=token, now=now)
    return link_of(token)


def emails_left(invitation: Invitation) -> int:
    """How often it may still go out by e-mail."""
    return max(MOST_SENT - invitation.sent_count, 0)


def email_from(invitation: Invitation, now: datetime) -> datetime | None:
    """When it may go out by e-mail again; None when it may now."""
    at = invitation.last_sent_at and invitation.last_sent_at + RESEND_AFTER
    return at if at and at > now else None


def _check_may_send(before: Invitation | None, now: datetime) -> None:
    if before and not emails_left(before):
        raise NotNow(_("It has been sent four times. You can still give them the link yourself."))
    if before and email_from(before, now):
        raise NotNow(_("It went out less than a day ago. Give it a little time, or give them the link yourself."))


def _renewed(place: Place, before: Invitation | None, token: str, email: str, now: datetime) -> Invitation:
    """The open invitation with a new link; another one when it was withdrawn, which carries on counting e-mails."""
    invitation = before
    if before is None or before.withdrawn_at:
        invitation = Invitation(
            session_id=place.session.pk, owner_id=place.user_id, vessel_id=vessel_of(place).pk, created_at=now
        )
    if before:
        invitation.sent_count, invitation.last_sent_at = before.sent_count, before.last_sent_at
    if email:
        invitation.sent_count, invitation.last_sent_at = invitation.sent_count + 1, now
    invitation.email = email or invitation.email
    invitation.token_hash, invitation.expires_at = token_hash(token), now + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    return invitation


def _latest_invitation(place: Place) -> Invitation | None:
    """Held until the end: joining waits for it, or has been."""
    mine = Invitation.objects.filter(session_id=place.session.pk, owner_id=place.user_id)
    return mine.select_for_update(no_key=True).order_by("-created_at", "-id").first()


def _someone_joined(invitation: Invitation) -> bool:
    return door_value("invitation_state", invitation.pk) in ("joined", "confirmed")


def open_invitation(place: Place) -> Invitation | None:
    return Invitation.objects.filter(
        session_id=place.session.pk, owner_id=place.user_id, withdrawn_at__isnull=True
    ).first()


def withdraw_invitation(*, place: Place, now: datetime) -> None:
    """The link stops working. Whoever has joined by it already is answered on another page."""
    invitation = _latest_invitation(place)
    if invitation is None or invitation.withdrawn_at:
        return
    if _someone_joined(invitation):
        raise NotNow(_("Someone has joined already."))
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])


def join(*, by: Actor, token: str, name: str, now: datetime) -> Place:
    """The invited person sits down. Their vessel opens; nothing crosses until the inviter has confirmed who joined."""
    session_id = door_value("join_session", token_hash(token), name.strip())
    if session_id is None:
        raise NotNow(_("This invitation can't be used any more. Ask the person who sent it for a new one."))
    place = arrive(by=by, session=Session.objects.get(pk=session_id), now=now)
    enter_stage(place=place, stage=1, now=now)
    door("announce_joined", session_id)
    return place


def decline(*, token: str) -> None:
    """The inviter learns nothing: to them the invitation simply runs out."""
    door("decline_invitation", token_hash(token))


def confirm_partner(*, place: Place, is_them: bool) -> None:
    """Nothing crosses before the inviter has said "yes". After "no" the seat is free again; what was said there stays theirs."""
    if invitation_state(place) != "joined":
        raise NotNow(_("Nobody has joined who is not confirmed yet."))
    if is_them:
        check_joint(place)
    door("confirm_partner", place.session.pk, is_them)
    if is_them:
        meet(place=place, kind=MeetingKind.COMPACT)


# --- the compact ----------------------------------------------------------------------------------
def sign_compact(*, place: Place, now: datetime) -> bool:
    """One person's signature. True when both have signed; until then nobody sees that one has."""
    check_joint(place)
    if safety_of(place) != Outcome.OPEN:
        raise NotNow(_("First a few private questions, please."))
    take_step(place=place, kind=StepKind.COMPACT_SIGNED, now=now)
    take_back(place=place, kind=StepKind.WENT_ON_COMPACT)
    wait_at_gate(place=place, stage=0, now=now)
    return settle_compact(place=place, now=now)


def take_signature_back(*, place: Place) -> None:
    """As if it had never been given, as long as not both have signed."""
    if have_met(place, MeetingKind.COMPACT):
        raise NotNow(_("You have both signed already."))
    take_back(place=place, kind=StepKind.COMPACT_SIGNED)


def go_on_without_compact(*, place: Place, now: datetime) -> None:
    """The way out: on with what needs nobody else. A signature that was given stays, and the other's may still come."""
    check_not_over(place)
    if not have_met(place, MeetingKind.COMPACT):
        take_step(place=place, kind=StepKind.WENT_ON_COMPACT, now=now)
        complete_stage(place=place, stage=0, now=now, way_out=True)


def settle_compact(*, place: Place, now: datetime) -> bool:
    """Complete Stage 0 once both have signed. Called whenever the person comes by; idempotent."""
    both = meet(place=place, kind=MeetingKind.COMPACT)
    if both:
        complete_stage(place=place, stage=0, now=now)
    return both


def invitation_by_token(token: str) -> dict | None:
    rows = door("invitation_by_token", token_hash(token))
    return rows[0] if rows else None
