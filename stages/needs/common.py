"""What may be common, found by the joint actor in what both share and in nothing else.

Made once both need maps are here, and again when what is shared changes, until both have answered.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from beheard.people.models import Session
from beheard.people.pages import Place
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from consent.models import ContentType
from stages.guide.interface import Category, CommonGroundCandidate, Guide, NamedNeed
from stages.guide.registry import current_guide
from stages.models import Meeting
from stages.needs.cards import Card, card_of
from stages.progress import have_met
from stages.queue import quietly
from stages.steps import MeetingKind
from vessels.shared.models import CommonGround, ConsentedContent

MOST_CANDIDATES = 5


class Shown(NamedTuple):
    """A card that crossed."""

    content_id: UUID
    card: Card


class Pair(NamedTuple):
    """A candidate and the two cards it rests on."""

    candidate: CommonGroundCandidate
    of_a: UUID
    of_b: UUID


def ask(*, place: Place) -> None:
    """Look for what may be common, once this is committed. Beat sweeps up what no worker heard of."""
    if have_met(place, MeetingKind.NEEDS) and not have_met(place, MeetingKind.COMMON_GROUND):
        transaction.on_commit(lambda: quietly("stages.find_common_ground", place.session.pk))


def find(*, session_id: UUID, now: datetime) -> int:
    """Offer both what may be common. Returns how many are new. Idempotent: a need is in one candidate at most."""
    actor = Actor.joint(session_id)
    with transaction_as(actor):
        if not _due():
            return 0
        until, sides = _read(session_id)
    guide = current_guide()
    pairs = _found(guide, sides)
    with transaction_as(actor):
        made = _keep(session_id, pairs, now)
        door("common_looked", until)
        return made


def owed() -> list[UUID]:
    """Sessions in which it has not been looked for since words last crossed. As the system: ids only."""
    with transaction_as(Actor.system()):
        return [row["session_id"] for row in door("sessions_to_look")]


def _due() -> bool:
    met = set(Meeting.objects.values_list("kind", flat=True))
    return MeetingKind.NEEDS in met and MeetingKind.COMMON_GROUND not in met


def _read(session_id: UUID) -> tuple[datetime, list[list[Shown]]]:
    """When the latest of these words crossed, and each person's cards that are in no candidate yet."""
    shared = list(_active(session_id).order_by("owner_id", "created_at", "id"))
    here = Meeting.objects.get(kind=MeetingKind.NEEDS).met_at
    until = max([here, *(content.crosses_at for content in shared)])
    taken, sides = _taken(session_id), {}
    for content in shared:
        side = sides.setdefault(content.owner_id, [])
        if content.pk not in taken:
            side.append(Shown(content.pk, card_of(content)))
    return until, list(sides.values())


def _active(session_id: UUID):
    return ConsentedContent.objects.filter(
        session_id=session_id, content_type=ContentType.IDENTIFIED_NEED, consent_active=True
    )


def _taken(session_id: UUID) -> set[UUID]:
    pairs = CommonGround.objects.filter(session_id=session_id).values_list("source_a_id", "source_b_id")
    return {source for pair in pairs for source in pair}


def _found(guide: Guide, sides: Sequence[Sequence[Shown]]) -> list[Pair]:
    if len(sides) < 2:
        return []
    named = [_named(guide, side) for side in sides]
    candidates = guide.common_ground(*[list(side) for side in named])
    return [pair for pair in (_pair(candidate, *named) for candidate in candidates) if pair]


def _named(guide: Guide, side: Sequence[Shown]) -> dict[NamedNeed, UUID]:
    """Each card under the plain name of its need; of two with one name the earlier."""
    found: dict[NamedNeed, UUID] = {}
    for shown in side:
        found.setdefault(guide.name_need(shown.card.words, Category(shown.card.category)), shown.content_id)
    return found


def _pair(candidate: CommonGroundCandidate, side_a: dict, side_b: dict) -> Pair | None:
    """A candidate with the two cards it rests on; None for one that names a need nobody shared."""
    of_a = next((pk for need, pk in side_a.items() if need.need == candidate.need_a), None)
    of_b = next((pk for need, pk in side_b.items() if need.need == candidate.need_b), None)
    return Pair(candidate, of_a, of_b) if of_a and of_b else None


def _keep(session_id: UUID, pairs: Sequence[Pair], now: datetime) -> int:
    """Only what still rests on two active consents: the policy refuses the rest, and so do we beforehand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('common ground of ' || %s, 0))", [str(session_id)]
        )
    active = set(_active(session_id).values_list("pk", flat=True))
    taken, made = _taken(session_id), 0
    vessel_id = Session.objects.get(pk=session_id).shared_vessel_id
    for candidate, of_a, of_b in pairs:
        sources = {of_a, of_b}
        if sources & taken or not sources <= active or len(taken) >= 2 * MOST_CANDIDATES:
            continue
        CommonGround.objects.create(
            session_id=session_id,
            shared_vessel_id=vessel_id,
            need=candidate.need[:200],
            category=candidate.category.value,
            source_a_id=of_a,
            source_b_id=of_b,
            created_at=now,
        )
        taken, made = taken | sources, made + 1
    return made
