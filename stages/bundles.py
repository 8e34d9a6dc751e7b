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
    mine, unspoken = names(message.for_user_id, message.session_id)
    return Bundle(
        stage=message.stage,
        purpose="witness" if message.stage <= 1 else "support",
        name=mine,
        thread=thread_before(message),
        current=words_of(message),
        intensity=_intensity(message, now),
        unspoken=unspoken,
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


def names(user_id: UUID, session_id: UUID) -> tuple[str, tuple[str, ...]]:
    """What the person goes by, and the names the guide never says: the partner's."""
    members = RelationshipMember.objects.filter(relationship__sessions=session_id).values_list(
        "user_id", "display_name"
    )
    found = dict(members)
    mine = found.pop(user_id, "")
    return mine, tuple(found.values())


def _intensity(message: Message, now: datetime) -> int | None:
    latest = EmotionalReading.objects.filter(
        owner_id=message.for_user_id, session_id=message.session_id, timestamp__gt=now - FRESH_READING
    ).order_by("-timestamp")
    return latest.values_list("intensity", flat=True).first()
