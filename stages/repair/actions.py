"""Small repair: ideas, the pool, private piles, and words both say yes to. Looking back is in `stages.repair.check_ins`."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from beheard.rls.doors import door
from consent.models import ContentType
from stages import suggestions
from stages.journey import Facts, Next, check_joint, check_not_over, facts_of, joint_is_open, next_thing
from stages.models import Purpose
from stages.needs.actions import settle as settle_needs
from stages.progress import (
    complete_stage,
    enter_stage,
    has_taken,
    have_met,
    hot_hands,
    locked_vessel,
    meet,
    stage_of,
    take_back,
    take_step,
    vessel_of,
    wait_at_gate,
)
from stages.queue import quietly
from stages.repair import queries
from stages.repair.models import OwnershipLine, Pile, StrategyDraft, StrategyProposal, StrategyRanking
from stages.steps import MeetingKind, StepKind
from vessels.shared import bridge
from vessels.shared.models import Agreement, AgreementType, ConsentedContent

IN_REPAIR = {Next.IDEAS, Next.PILES, Next.OVERLAP, Next.AGREEMENT}


# --- coming here ----------------------------------------------------------------------------------
def arrive(*, place: Place, now: datetime) -> None:
    """Whoever has come to Stage 4, while the session is not at rest. Raises NotNow for anyone else."""
    facts = facts_of(place)
    if not joint_is_open(place) or not _has_come_here(facts):
        raise NotNow(_("There are steps before this one, or this is resting."))
    settle_needs(place=place, now=now)  # whoever answered first learns here what is common
    if facts.stage < 4:
        enter_stage(place=place, stage=4, now=now)


def _has_come_here(facts: Facts) -> bool:
    """Who waits for what comes before Stage 4, or for its end, has not come to it by waiting."""
    thing = next_thing(facts)
    if thing == Next.WAITING:
        return facts.stage >= 4 or facts.met(MeetingKind.COMMON_GROUND) or facts.took(StepKind.WENT_ON_NEEDS)
    return thing in IN_REPAIR or facts.took(StepKind.WENT_ON_IDEAS)


def come_to_pool(*, place: Place) -> None:
    """Raises NotNow before the pool is here, and while the session is at rest."""
    if not joint_is_open(place) or not have_met(place, MeetingKind.POOL):
        raise NotNow(_("The ideas are not here yet."))


# --- ideas ----------------------------------------------------------------------------------------
def write_idea(
    *, place: Place, slot: int, idea: str, duration_days: int | None, measure: str, now: datetime, need: str = ""
) -> StrategyDraft:
    """Keep an idea in one of three places and ask the guide for a plain form of it. The pool sees none of this."""
    _may_change_ideas(place)
    existing = queries.draft(place, slot)
    if existing:
        bridge.take_back_item(place=place, item_id=existing.pk, now=now)
    draft = existing or StrategyDraft(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), slot=slot, created_at=now
    )
    draft.idea, draft.need, draft.duration_days = idea, need, duration_days
    draft.measure, draft.plain = measure, ""
    draft.save()
    suggestions.ask(place=place, purpose=Purpose.PLAIN_IDEA, about_id=draft.pk)
    return draft


def say_plainly(*, place: Place, slot: int, plain: str, now: datetime) -> ConsentedContent:
    """The author accepts a plain form; it is offered to the pool in exactly these words. Nothing crosses by this."""
    check_joint(place)
    _may_change_ideas(place)
    draft = queries.draft(place, slot)
    if draft is None:
        raise NotYours
    if draft.plain != plain:
        bridge.take_back_item(place=place, item_id=draft.pk, now=now)
        draft.plain = plain
        draft.save(update_fields=["plain", "updated_at"])
    return bridge.offer(
        place=place,
        content_type=ContentType.PROPOSAL,
        item_id=draft.pk,
        words=plain,
        now=now,
        round=queries.round_of(place),
    )


def drop_idea(*, place: Place, slot: int, now: datetime) -> None:
    _may_change_ideas(place)
    draft = queries.draft(place, slot)
    if draft:
        bridge.take_back_item(place=place, item_id=draft.pk, now=now)
        draft.delete()


def _may_change_ideas(place: Place) -> None:
    """Until "I am ready": what goes into the pool is what was there then. In one tab at a time."""
    check_not_over(place)
    locked_vessel(place)
    if have_met(place, MeetingKind.IDEAS):
        raise NotNow(_("The pool is being put together; ideas can't change any more."))
    if has_taken(place, StepKind.IDEAS_READY):
        raise NotNow(_("You have said that you are ready. Take that back first, if you want to change an idea."))


def ideas_ready(*, place: Place, now: datetime) -> bool:
    """ "I am ready for the pool", with three ideas, fewer or none. True when both are.

    The pool is not before every idea in it has cooled off (door.try_meeting).
    """
    _in_repair(place)
    take_step(place=place, kind=StepKind.IDEAS_READY, now=now)
    take_back(place=place, kind=StepKind.WENT_ON_IDEAS)
    wait_at_gate(place=place, stage=4, now=now)
    both = meet(place=place, kind=MeetingKind.IDEAS)
    if both:
        transaction.on_commit(lambda: quietly("stages.publish_pool", place.session.pk))
    return both


def not_ready_yet(*, place: Place) -> None:
    """Take "I am ready" back, as long as not both have said it."""
    if have_met(place, MeetingKind.IDEAS):
        raise NotNow(_("You are both ready already."))
    take_back(place=place, kind=StepKind.IDEAS_READY)


def go_on_without_ideas(*, place: Place, now: datetime) -> None:
    """The way out of Stage 4: one's own ideas and the library's, to try by oneself. If the other comes, the pool is there."""
    _in_repair(place)
    if not have_met(place, MeetingKind.AGREEMENT):
        take_step(place=place, kind=StepKind.WENT_ON_IDEAS, now=now)
        complete_stage(place=place, stage=4, now=now, way_out=True)


def _in_repair(place: Place) -> None:
    check_joint(place)
    if stage_of(place) < 4:
        raise NotNow(_("There are steps before this one."))


def write_ownership(*, place: Place, text: str, now: datetime) -> ConsentedContent:
    """ "What I own in this": kept, and offered in exactly these words. Crosses only if the person shares it."""
    _in_repair(place)
    locked_vessel(place)
    line = queries.ownership(place) or OwnershipLine(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), created_at=now
    )
    if line.text != text:
        line.text = text
        line.save()
    return bridge.offer(place=place, content_type=ContentType.OWNERSHIP_LINE, item_id=line.pk, words=text, now=now)


# --- piles ----------------------------------------------------------------------------------------
def sort_pool(*, place: Place, piles: dict[StrategyProposal, str], now: datetime) -> bool:
    """Each idea in one of three piles, privately; it can be sorted anew until both have sorted. True when both have."""
    check_joint(place)
    if not have_met(place, MeetingKind.POOL):
        raise NotNow(_("The ideas are not here yet."))
    if not have_met(place, MeetingKind.OVERLAP):
        _keep_piles(place, piles, now)
        take_step(place=place, kind=StepKind.PILES_DONE, now=now)
        take_back(place=place, kind=StepKind.WENT_ON_IDEAS)
    return meet(place=place, kind=MeetingKind.OVERLAP)


def sort_later(*, place: Place) -> None:
    """Take one's sorting back, as long as not both have sorted. The piles stay as they were, for this person alone."""
    if have_met(place, MeetingKind.OVERLAP):
        raise NotNow(_("You have both sorted already."))
    take_back(place=place, kind=StepKind.PILES_DONE)


def _keep_piles(place: Place, piles: dict[StrategyProposal, str], now: datetime) -> None:
    pool = {proposal.pk for proposal in queries.pool(place)}
    if {proposal.pk for proposal in piles} != pool or not set(piles.values()) <= set(Pile.values):
        raise NotNow(_("Please put every idea on one of the three piles."))
    vessel = locked_vessel(place)
    for proposal, pile in piles.items():
        StrategyRanking.objects.update_or_create(
            owner_id=place.user_id,
            proposal=proposal,
            defaults={"session_id": place.session.pk, "vessel": vessel, "pile": pile, "ranked_at": now},
        )


# --- agreement ------------------------------------------------------------------------------------
def propose_agreement(
    *,
    place: Place,
    description: str,
    measure: str,
    duration_days: int,
    follow_up: date,
    now: datetime,
    type: str = AgreementType.MICRO_EXPERIMENT,
    proposal_id: UUID | None = None,
) -> Agreement:
    """Put words on the table: the other sees them, and this person's yes to them. They take the place of earlier ones.

    An agreement that stands goes on standing until both have said yes to these. `proposal_id`: the idea it began with; words that
    go on as they were keep the one they had.

    What is seen at once can't be held back, so with hot hands words stay with their writer until it has settled.
    """
    _at_the_table(place)
    words = {"description": description, "measure": measure, "duration_days": duration_days, "type": type}
    words["follow_up_date"] = timezone.make_aware(datetime.combine(follow_up, time(18, 0)))
    before = queries.proposed(place)
    if before and all(getattr(before, name) == value for name, value in words.items()):
        _say_yes(place, before, now)
        return before
    if hot_hands(place, now):
        raise NotNow(
            _("It has been strong within the last hour. Your words are kept here; let an hour of calm pass first.")
        )
    if before:
        door("set_aside_agreement", before.pk)
    agreement = Agreement.objects.create(
        session_id=place.session.pk,
        shared_vessel_id=place.session.shared_vessel_id,
        created_at=now,
        proposal_id=_idea_of(place, description, proposal_id),
        **words,
    )
    _say_yes(place, agreement, now)
    return agreement


def _idea_of(place: Place, description: str, proposal_id: UUID | None) -> UUID | None:
    agreed = queries.agreed(place)
    if proposal_id is None and agreed is not None and agreed.description == description:
        return agreed.proposal_id
    return proposal_id if proposal_id in {one.pk for one in queries.overlap(place)} else None


def confirm_agreement(*, place: Place, agreement_id: UUID, now: datetime) -> bool:
    """Yes to exactly these words. True when both have said it. With hot hands it counts twelve hours later."""
    agreement = _of_session(place, agreement_id)
    if queries.agreed(place) == agreement:
        return settle_agreement(place=place, now=now)  # a double click
    _at_the_table(place)
    if queries.proposed(place) != agreement:
        raise NotNow(_("Other words have taken the place of these. Please read them first."))
    _say_yes(place, agreement, now)
    return settle_agreement(place=place, now=now)


def take_yes_back(*, place: Place, agreement_id: UUID) -> None:
    """As long as not both have said yes."""
    agreement = _of_session(place, agreement_id)
    if _holds_the_session(place) and queries.agreed(place) == agreement:
        raise NotNow(_("You have both agreed already."))
    take_back(place=place, kind=StepKind.AGREED)
    door("confirm_agreement", agreement.pk)


def _say_yes(place: Place, agreement: Agreement, now: datetime) -> None:
    take_step(place=place, kind=StepKind.AGREED, now=now)
    door("confirm_agreement", agreement.pk)


def _of_session(place: Place, agreement_id: UUID) -> Agreement:
    agreement = Agreement.objects.filter(pk=agreement_id, session_id=place.session.pk).first()
    if agreement is None:
        raise NotYours
    return agreement


def _at_the_table(place: Place) -> None:
    check_joint(place)
    if not _holds_the_session(place):
        raise NotNow(_("What you both would do is not here yet."))


def _holds_the_session(place: Place) -> bool:
    """Whether both have sorted. From here on the two take turns: a yes is to the words that are on the table then."""
    return meet(place=place, kind=MeetingKind.OVERLAP)


def settle_agreement(*, place: Place, now: datetime) -> bool:
    """Complete Stage 4 once both have agreed. Called whenever the person comes by; idempotent."""
    both = have_met(place, MeetingKind.AGREEMENT)
    if both:
        complete_stage(place=place, stage=4, now=now)
    return both
