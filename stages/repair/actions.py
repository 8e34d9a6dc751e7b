"""Small repair: ideas, the pool, private piles, words both say yes to, and looking again."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door, door_value
from consent.models import ContentType
from stages import suggestions
from stages.models import Purpose
from stages.progress import complete_stage, have_met, meet, take_step, vessel_of, wait_at_gate
from stages.queue import quietly
from stages.repair import queries
from stages.repair.models import CheckIn, OwnershipLine, Pile, StrategyDraft, StrategyProposal, StrategyRanking
from stages.steps import MeetingKind, StepKind
from vessels.shared import bridge
from vessels.shared.models import Agreement, ConsentedContent


# --- ideas ----------------------------------------------------------------------------------------
def write_idea(
    *, place: Place, slot: int, idea: str, duration_days: int | None, measure: str, now: datetime
) -> StrategyDraft:
    """Keep an idea in one of three places and ask the guide for a plain form of it. The pool sees none of this."""
    _before_ready(place)
    existing = queries.draft(place, slot)
    if existing:
        bridge.take_back_item(place=place, item_id=existing.pk, now=now)
    draft = existing or StrategyDraft(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), slot=slot, created_at=now
    )
    draft.idea, draft.duration_days, draft.measure, draft.plain = idea, duration_days, measure, ""
    draft.save()
    suggestions.ask(place=place, purpose=Purpose.PLAIN_IDEA, about_id=draft.pk)
    return draft


def say_plainly(*, place: Place, slot: int, plain: str, now: datetime) -> ConsentedContent:
    """The author accepts a plain form; it is offered to the pool in exactly these words. Nothing crosses by this."""
    _before_ready(place)
    draft = queries.draft(place, slot)
    if draft is None:
        raise NotYours
    if draft.plain != plain:
        bridge.take_back_item(place=place, item_id=draft.pk, now=now)
        draft.plain = plain
        draft.save(update_fields=["plain", "updated_at"])
    return bridge.offer(place=place, content_type=ContentType.PROPOSAL, item_id=draft.pk, words=plain, now=now)


def drop_idea(*, place: Place, slot: int, now: datetime) -> None:
    _before_ready(place)
    draft = queries.draft(place, slot)
    if draft:
        bridge.take_back_item(place=place, item_id=draft.pk, now=now)
        draft.delete()


def _before_ready(place: Place) -> None:
    if have_met(place, MeetingKind.IDEAS):
        raise NotNow(_("The pool is being put together; ideas can't change any more."))


def ideas_ready(*, place: Place, now: datetime) -> bool:
    """ "I am ready for the pool", with three ideas, fewer or none. True when both are."""
    take_step(place=place, kind=StepKind.IDEAS_READY, now=now)
    wait_at_gate(place=place, stage=4, now=now)
    both = meet(place=place, kind=MeetingKind.IDEAS)
    if both:
        transaction.on_commit(lambda: quietly("stages.publish_pool", place.session.pk))
    return both


def write_ownership(*, place: Place, text: str, now: datetime) -> ConsentedContent:
    """ "What I own in this": kept, and offered in exactly these words. Crosses only if the person shares it."""
    line = queries.ownership(place) or OwnershipLine(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), created_at=now
    )
    if line.text != text:
        line.text = text
        line.save()
    return bridge.offer(place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=line.pk, words=text, now=now)


# --- piles ----------------------------------------------------------------------------------------
def sort_pool(*, place: Place, piles: dict[StrategyProposal, str], now: datetime) -> bool:
    """Each idea in one of three piles, privately and for good. True when both have sorted."""
    if not have_met(place, MeetingKind.POOL):
        raise NotNow(_("The ideas are not here yet."))
    if not have_met(place, MeetingKind.OVERLAP):
        _keep_piles(place, piles, now)
        take_step(place=place, kind=StepKind.PILES_DONE, now=now)
    return meet(place=place, kind=MeetingKind.OVERLAP)


def _keep_piles(place: Place, piles: dict[StrategyProposal, str], now: datetime) -> None:
    pool = {proposal.pk for proposal in queries.pool(place)}
    if {proposal.pk for proposal in piles} != pool or not set(piles.values()) <= set(Pile.values):
        raise NotNow(_("Please put every idea on one of the three piles."))
    vessel = vessel_of(place)
    for proposal, pile in piles.items():
        StrategyRanking.objects.update_or_create(
            owner_id=place.user_id,
            proposal=proposal,
            defaults={"session_id": place.session.pk, "vessel": vessel, "pile": pile, "ranked_at": now},
        )


# --- agreement ------------------------------------------------------------------------------------
def propose_agreement(
    *, place: Place, description: str, measure: str, duration_days: int, follow_up: date, now: datetime
) -> Agreement:
    """Put words on the table: the other sees them, and this person's yes to them. They take the place of earlier ones."""
    _both_sorted(place)
    if queries.agreed(place):
        raise NotNow(_("You have agreed already."))
    before = queries.proposed(place)
    if before and _same(before, description, measure, duration_days):
        door("confirm_agreement", before.pk)
        return before
    if before:
        door("set_aside_agreement", before.pk)
    agreement = Agreement.objects.create(
        session_id=place.session.pk,
        shared_vessel_id=place.session.shared_vessel_id,
        description=description,
        measure=measure,
        duration_days=duration_days,
        follow_up_date=timezone.make_aware(datetime.combine(follow_up, time(18, 0))),
        created_at=now,
    )
    door("confirm_agreement", agreement.pk)
    return agreement


def confirm_agreement(*, place: Place, agreement_id: UUID, now: datetime) -> bool:
    """Yes to exactly these words. True when both have said it."""
    agreement = Agreement.objects.filter(pk=agreement_id, session_id=place.session.pk).first()
    if agreement is None:
        raise NotYours
    standing = door_value("confirm_agreement", agreement_id)
    if standing == "ABANDONED":
        raise NotNow(_("Other words have taken the place of these. Please read them first."))
    return settle_agreement(place=place, now=now)


def settle_agreement(*, place: Place, now: datetime) -> bool:
    """Complete Stage 4 once both have agreed. Called whenever the person comes by; idempotent."""
    both = have_met(place, MeetingKind.AGREEMENT)
    if both:
        complete_stage(place=place, stage=4, now=now)
    return both


def _both_sorted(place: Place) -> None:
    if not have_met(place, MeetingKind.OVERLAP):
        raise NotNow(_("What you both would do is not here yet."))


def _same(agreement: Agreement, description: str, measure: str, duration_days: int) -> bool:
    return (agreement.description, agreement.measure, agreement.duration_days) == (description, measure, duration_days)


def check_in(
    *, place: Place, agreement_id: UUID, happened: str, helped: str, in_the_way: str, now: datetime
) -> CheckIn:
    """How it went, for this person. The other learns "did it happen, did it help" once both have answered. Once each."""
    if not Agreement.objects.filter(pk=agreement_id, session_id=place.session.pk, agreed_at__isnull=False).exists():
        raise NotYours
    answer, _made = CheckIn.objects.get_or_create(
        owner_id=place.user_id,
        agreement_id=agreement_id,
        defaults={
            "session_id": place.session.pk,
            "vessel": vessel_of(place),
            "happened": happened,
            "helped": helped,
            "in_the_way": in_the_way,
            "answered_at": now,
        },
    )
    return answer
