"""The pool: every human idea and at least as many from the library, in one shuffled batch, without names.

Made by the `joint` actor, which sees what both have shared and nothing private. Ids are random, rows are written in one
transaction in random order, and no column tells who, when or from where (DESIGN §3).
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from beheard.people.models import Session
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from consent.models import ContentType
from library import usage
from library.queries import suggestions_for
from library.words import Use
from stages.models import Meeting
from stages.repair.models import ProposalAuthorship, StrategyProposal
from stages.repair.queries import round_after
from stages.steps import MeetingKind
from vessels.shared.models import CommonGround, ConsentedContent

LEAST_FROM_LIBRARY = 3


@dataclass(frozen=True)
class Entry:
    """An idea on its way into the pool: its words, and where they are from."""

    words: str
    owner_id: UUID | None = None
    content_id: UUID | None = None
    library_item_id: UUID | None = None


def publish(session_id: UUID) -> bool:
    """Write the pool once, when both are ready. True when it stands."""
    with transaction_as(Actor.joint(session_id)):
        _alone(session_id)
        met = list(Meeting.objects.filter(session_id=session_id).values_list("kind", flat=True))
        if MeetingKind.POOL in met:
            return True
        if MeetingKind.IDEAS not in met:
            return False
        round = round_after(met)
        entries = _entries(session_id, round)
        _write(Session.objects.get(pk=session_id), entries, round)
        door("pool_published")
        usage.count_all([entry.library_item_id for entry in entries if entry.library_item_id], Use.SHOWN)
        return True


def _alone(session_id: UUID) -> None:
    """One publisher at a time; the second finds the pool there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [str(session_id)])


def _entries(session_id: UUID, round: int) -> list[Entry]:
    """This round's ideas. From the library nothing comes twice: that leaves out what they tried and what either sorted low,
    without asking how anybody sorted."""
    human = [
        Entry(content.transformed_content, owner_id=content.owner_id, content_id=content.pk)
        for content in ConsentedContent.objects.filter(
            session_id=session_id, content_type=ContentType.PROPOSAL, consent_active=True, round=round
        )
    ]
    common = list(CommonGround.objects.filter(session_id=session_id, confirmed_at__isnull=False))
    wanted = max(LEAST_FROM_LIBRARY, len(human))
    seen = {proposal.words for proposal in StrategyProposal.objects.filter(session_id=session_id).order_by("pk")}
    kinds, needs = [one.category for one in common], [one.need for one in common]
    new = suggestions_for(kinds, needs, exclude_plain=seen, limit=wanted)
    return human + [Entry(item.plain, library_item_id=item.pk) for item in new]


def _write(session: Session, entries: list[Entry], round: int) -> None:
    secrets.SystemRandom().shuffle(entries)
    for entry in entries:
        proposal = StrategyProposal.objects.create(
            session_id=session.pk, shared_vessel_id=session.shared_vessel_id, words=entry.words, round=round
        )
        ProposalAuthorship(
            proposal_id=proposal.pk,
            session_id=session.pk,
            owner_id=entry.owner_id,
            content_id=entry.content_id,
            library_item_id=entry.library_item_id,
        ).save(force_insert=True)
