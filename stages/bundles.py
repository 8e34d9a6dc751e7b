"""What the guide may know for one reply (DESIGN §6). Read as the `ai` actor: row-level security is the floor under this."""

from datetime import datetime, timedelta
from uuid import UUID

from beheard.people.models import RelationshipMember
from stages.guide.interface import Bundle, Words
from stages.models import ContextLog, ContextSource, Message, MessageRole
from vessels.private.models import EmotionalReading

RECENT_TURNS = 40
FRESH_READING = timedelta(hours=1)


def words_of(message: Message) -> Words:
    role = "person" if message.role == MessageRole.USER else "guide"
    return Words(id=message.pk, role=role, text=message.content, stage=message.stage, at=message.timestamp)


def thread_before(message: Message) -> tuple[Words, ...]:
    """The turns before this message in the person's own thread of this session, oldest first."""
    earlier = Message.objects.filter(
        for_user_id=message.for_user_id, session_id=message.session_id, timestamp__lte=message.timestamp
    ).exclude(pk=message.pk)
    return tuple(words_of(row) for row in reversed(earlier.order_by("-timestamp", "-id")[:RECENT_TURNS]))


def bundle_for(message_id: UUID, *, now: datetime) -> Bundle | None:
    """None when the message is gone or has its answer."""
    message = Message.objects.filter(pk=message_id, role=MessageRole.USER).first()
    if message is None or Message.objects.filter(in_reply_to=message_id).exists():
        return None
    return Bundle(
        stage=message.stage,
        purpose="witness" if message.stage <= 1 else "support",
        name=_name(message),
        thread=thread_before(message),
        current=words_of(message),
        intensity=_intensity(message, now),
    )


def log_context(bundle: Bundle, *, owner_id: UUID, session_id: UUID) -> None:
    """Which items went into the prompt: ids and provenance, no content."""
    ContextLog.objects.bulk_create(
        ContextLog(
            owner_id=owner_id,
            session_id=session_id,
            message_id=bundle.current.id,
            source=ContextSource.USER,
            item_type="message",
            item_id=words.id,
            item_created_at=words.at,
            stage=words.stage,
            position=position,
        )
        for position, words in enumerate((*bundle.thread, bundle.current))
    )


def _name(message: Message) -> str:
    mine = RelationshipMember.objects.filter(
        user_id=message.for_user_id, relationship__sessions=message.session_id
    ).first()
    return mine.display_name if mine else ""


def _intensity(message: Message, now: datetime) -> int | None:
    latest = EmotionalReading.objects.filter(
        owner_id=message.for_user_id, session_id=message.session_id, timestamp__gt=now - FRESH_READING
    ).order_by("-timestamp")
    return latest.values_list("intensity", flat=True).first()
