"""The message to be answered, and under which contract. Read as the `ai` actor: row-level security is the floor under this."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from beheard.people.models import RelationshipMember
from beheard.rls import NotYours
from beheard.rls.actor import Role, current_actor
from stages.guide.interface import Words
from stages.models import Message, MessageRole
from stages.retrieval.contracts import Contract, contract_for
from stages.retrieval.words import words_of
from vessels.private.models import EmotionalReading

FRESH_READING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One message in need of a reply. `intensity` is 1 to 10, or None when nothing was read within the hour."""

    user_id: UUID
    session_id: UUID
    current: Words
    intensity: int | None
    name: str
    unspoken: tuple[str, ...]

    @property
    def stage(self) -> int:
        return self.current.stage

    @property
    def purpose(self) -> str:
        return "witness" if self.stage <= 1 else "support"

    @property
    def contract(self) -> Contract:
        return contract_for(self.stage, self.intensity)


def occasion_of(message_id: UUID, *, now: datetime) -> Occasion | None:
    """None when the message is gone or has its answer. Raises NotYours for any actor but a guide."""
    actor = current_actor()
    if actor is None or actor.role != Role.AI:
        raise NotYours
    message = Message.objects.filter(pk=message_id, role=MessageRole.USER).first()
    if message is None or Message.objects.filter(in_reply_to=message_id).exists():
        return None
    mine, unspoken = names(message.for_user_id, message.session_id)
    return Occasion(
        user_id=message.for_user_id,
        session_id=message.session_id,
        current=words_of(message),
        intensity=_intensity(message, now),
        name=mine,
        unspoken=unspoken,
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
    ).order_by("-timestamp", "-id")
    return latest.values_list("intensity", flat=True).first()
