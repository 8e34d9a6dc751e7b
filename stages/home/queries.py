"""What stays with a person when a seat was not theirs. Read as the person."""

from dataclasses import dataclass
from uuid import UUID

from beheard.people.models import Session
from beheard.rls import Actor
from stages.models import Message
from vessels.private.models import UserVessel


@dataclass(frozen=True)
class Left:
    """What someone said in a session whose inviter answered "no, that is someone else". It is theirs and nobody else's."""

    vessel_id: UUID
    entries: list[Message]


def left_behind(by: Actor) -> list[Left]:
    vessels = UserVessel.objects.filter(owner_id=by.user_id).exclude(session_id__in=Session.objects.values("pk"))
    return [Left(pk, _thread(by, pk)) for pk in vessels.order_by("created_at", "id").values_list("pk", flat=True)]


def _thread(by: Actor, vessel_id: UUID) -> list[Message]:
    return list(Message.objects.filter(for_user_id=by.user_id, vessel_id=vessel_id).order_by("timestamp", "id"))
