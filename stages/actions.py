"""What a person does on the way that belongs to no single room: begin, join in, say something."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from beheard.people.actions import begin_session
from beheard.people.models import Session, SessionStatus
from beheard.people.pages import Place, place_of
from beheard.rls import Actor, NotNow, NotYours
from beheard.rls.doors import door, door_value
from stages.compact.models import Outcome
from stages.continuity.actions import carry_over
from stages.journey import OVER, check_not_over
from stages.models import Message, MessageRole
from stages.progress import enter_stage, is_seated, locked_vessel, safety_of, take_step, vessel_of
from stages.queue import quietly
from stages.steps import StepKind
from vessels.private.actions import open_vessel
from vessels.private.drafts import forget_draft, save_draft
from vessels.private.models import EmotionalReading, UserVessel

MAX_CHARACTERS = 20_000
DOUBLE_CLICK = timedelta(seconds=10)
FIRST_WORDS = "conversation"  # the box of unsent first words: the conversation goes on where they stopped


def begin(*, by: Actor, words: str, display_name: str, key: str, now: datetime) -> Place:
    """First words: a session, a vessel, and the message in it, before anything else is asked.

    `key` is the form's own; sent twice with the same key it begins once.
    """
    check_words(words)
    _one_at_a_time(by)
    place = _begun_with(by, key) or open_first_vessel(by=by, display_name=display_name, now=now)
    enter_stage(place=place, stage=1, now=now)
    say(place=place, words=words, stage=1, key=key, now=now)
    forget_draft(place, FIRST_WORDS)
    return place


def begin_again(*, place: Place, words: str, key: str, now: datetime) -> Place:
    """Something new with the same person, once both have closed `place`. It builds on what both reached, and on nothing else.

    The other sees that it is there when they next come by, and may leave it. Sent twice with the same key it begins once.
    """
    check_words(words)
    _one_at_a_time(place.actor)
    if begun := _begun_with(place.actor, key):
        return begun
    if place.session.status != SessionStatus.RESOLVED or place.partner_name is None:
        raise NotNow(_("Something new with the same person begins once both of you have closed what was before."))
    _one_at_a_time_together(place.session.relationship_id)
    later = Session.objects.filter(relationship_id=place.session.relationship_id).exclude(status__in=OVER)
    if later.exists():
        raise NotNow(_("Something new is there already, for the two of you. You find it on your first page."))
    by = Actor.user(place.user_id)
    session = begin_session(by=by, display_name=place.display_name, relationship_id=place.session.relationship_id)
    new = arrive(by=by, session=session, now=now)
    enter_stage(place=new, stage=1, now=now)
    say(place=new, words=words, stage=1, key=key, now=now)
    return new


def sit_down(*, place: Place, now: datetime) -> Place:
    """Come into a later session that the other has begun. Idempotent. Nobody is told."""
    check_not_over(place)
    if is_seated(place):
        return place
    new = arrive(by=Actor.user(place.user_id), session=place.session, now=now)
    enter_stage(place=new, stage=1, now=now)
    return new


def open_first_vessel(*, by: Actor, display_name: str, now: datetime) -> Place:
    """The session this person has opened and said nothing in yet, or a new one: where unsent first words are kept."""
    _one_at_a_time(by)
    return unbegun(by) or arrive(by=by, session=begin_session(by=by, display_name=display_name), now=now)


def unbegun(by: Actor) -> Place | None:
    """The newest session this person has opened, invited nobody to and said nothing in."""
    silent = UserVessel.objects.filter(owner_id=by.user_id, session__status=SessionStatus.CREATED).exclude(
        Exists(Message.objects.filter(vessel=OuterRef("pk"), for_user_id=by.user_id))
    )
    vessel = silent.order_by("-created_at", "-id").first()
    return place_of(by, vessel.session_id) if vessel else None


def _begun_with(by: Actor, key: str) -> Place | None:
    sessions = {uuid5(vessel.pk, key): vessel.session_id for vessel in UserVessel.objects.filter(owner_id=by.user_id)}
    message = Message.objects.filter(pk__in=sessions).order_by("id").first()
    return place_of(by, sessions[message.pk]) if message else None


def _one_at_a_time(by: Actor) -> None:
    """Two tabs, or a draft and a sent form, begin one session between them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first words of ' || %s, 0))", [str(by.user_id)])


def _one_at_a_time_together(relationship_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('a later session of ' || %s, 0))", [str(relationship_id)]
        )


def arrive(*, by: Actor, session: Session, now: datetime) -> Place:
    """Someone sits down in a session: their vessel opens, Stage 0 begins. Idempotent."""
    open_vessel(by=by, session=session)
    place = place_of(by, session.pk)
    enter_stage(place=place, stage=0, now=now)
    carry_over(place=place, now=now)
    return place


def say(
    *, place: Place, words: str, stage: int, key: str, now: datetime, intensity: int | None = None
) -> tuple[Message, bool]:
    """Keep what a person says; the guide answers later. Returns the message and whether it is new.

    The same `key` twice (a double click, two tabs, a retry) is the same message. A trigger puts the owed reply in the outbox,
    in this transaction.
    """
    check_not_over(place)
    words = check_words(words)
    vessel = locked_vessel(place)
    message_id = uuid5(vessel.pk, key)
    existing = Message.objects.filter(pk=message_id).first()
    if existing:
        return existing, False
    message = Message(
        id=message_id,
        for_user_id=place.user_id,
        sender_id=place.user_id,
        session_id=place.session.pk,
        vessel=vessel,
        role=MessageRole.USER,
        content=words,
        stage=stage,
        timestamp=now,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:  # the other tab was a moment faster
        existing = Message.objects.filter(pk=message_id).first()
        if existing is None:
            raise
        return existing, False
    if intensity is not None:
        read_barometer(place=place, intensity=intensity, stage=stage, now=now, message_id=message_id)
    transaction.on_commit(lambda: _ask_for_reply(message_id, place.user_id, place.session.pk))
    return message, True


def read_barometer(
    *, place: Place, intensity: int, stage: int, now: datetime, context: str = "", message_id: UUID | None = None
) -> EmotionalReading:
    """One reading, 1 to 10. The same again within seconds, without a message, is a double click."""
    if not 1 <= intensity <= 10:
        raise NotNow(_("Choose a number from 1 to 10, or leave it."))
    check_not_over(place)
    latest = None if message_id else _latest_reading(locked_vessel(place))
    if latest and now - latest.timestamp < DOUBLE_CLICK and (latest.intensity, latest.context) == (intensity, context):
        return latest
    return EmotionalReading.objects.create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        vessel=vessel_of(place),
        intensity=intensity,
        context=context,
        stage=stage,
        message_id=message_id,
        timestamp=now,
    )


def _latest_reading(vessel: UserVessel) -> EmotionalReading | None:
    readings = EmotionalReading.objects.filter(vessel=vessel, owner_id=vessel.owner_id, message_id=None)
    return readings.order_by("-timestamp", "-id").first()


def check_words(words: str) -> str:
    """The words as they will be kept. Raises NotNow for nothing at all, and for more than 20,000 characters."""
    kept = words.replace("\x00", "").strip()
    if not kept:
        raise NotNow(_("Nothing is written yet."))
    if len(kept) > MAX_CHARACTERS:
        raise NotNow(_("This is longer than 20,000 characters. You could send it in two parts."))
    return kept


def _ask_for_reply(message_id: UUID, user_id: UUID, session_id: UUID) -> None:
    """Ask now; if the broker is away, the outbox is swept within seconds."""
    quietly("stages.reply_to", message_id, user_id, session_id)


def pause(*, place: Place) -> None:
    """Rest, for both, without a reason. Own conversation stays open."""
    check_not_over(place)
    door("pause_session", place.session.pk)


def ready_again(*, place: Place, now: datetime) -> bool:
    """Quietly ready to go on. True when both are."""
    check_not_over(place)
    if safety_of(place) == Outcome.CLOSED:
        raise NotNow(_("The steps for both of you are closed for you. You can answer the private questions again."))
    take_step(place=place, kind=StepKind.READY_AGAIN, now=now)
    return bool(door_value("resume_session", place.session.pk))


def keep_unsent(*, by: Actor, texts: dict[str, str]) -> None:
    """Unsent words at the moment of leaving: kept as drafts where they belong, dropped where they don't."""
    for key, text in texts.items():
        if key == FIRST_WORDS and (place := unbegun(by)):
            save_draft(place=place, key=key, text=text)
            continue
        session_id, _colon, box = key.partition(":")
        try:
            save_draft(place=place_of(by, UUID(session_id)), key=box, text=text)
        except (ValueError, NotYours):
            continue
