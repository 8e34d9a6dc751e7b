"""What a person may see in Stage 4. Read as the person."""

import hashlib

from beheard.people.pages import Place
from beheard.rls import NotYours
from stages.progress import all_meetings
from stages.repair.models import CheckIn, OverlapItem, OwnershipLine, StrategyDraft, StrategyProposal, StrategyRanking
from stages.steps import MeetingKind
from vessels.shared.models import Agreement, CommonGround

IDEAS_A_ROUND = 3


def round_after(met: list[str]) -> int:
    """1, and one more each time both wanted other ideas: that meeting may be there more than once."""
    return 1 + met.count(MeetingKind.ANOTHER_ROUND)


def round_of(place: Place) -> int:
    return round_after(all_meetings(place))


def slots(place: Place) -> range:
    """Where this round's ideas are kept: 1 to 3, then 4 to 6, and so on."""
    first = IDEAS_A_ROUND * (round_of(place) - 1) + 1
    return range(first, first + IDEAS_A_ROUND)


def drafts(place: Place) -> list[StrategyDraft]:
    """This round's ideas of one's own."""
    mine = StrategyDraft.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    return list(mine.filter(slot__in=slots(place)).order_by("slot"))


def draft(place: Place, slot: int) -> StrategyDraft | None:
    """Raises NotYours for a place that is not of this round."""
    if slot not in slots(place):
        raise NotYours
    return StrategyDraft.objects.filter(owner_id=place.user_id, session_id=place.session.pk, slot=slot).first()


def free_slot(place: Place, drafts: list[StrategyDraft]) -> int | None:
    taken = {one.slot for one in drafts}
    return next((slot for slot in slots(place) if slot not in taken), None)


def common_ground(place: Place) -> list[CommonGround]:
    """What both said yes to, as long as both still share it."""
    rows = CommonGround.objects.filter(session_id=place.session.pk, confirmed_at__isnull=False)
    return list(rows.order_by("created_at", "id"))


def ownership(place: Place) -> OwnershipLine | None:
    return OwnershipLine.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()


def pool(place: Place) -> list[StrategyProposal]:
    """Every idea of this round, shuffled for this reader: always the same way for one person, otherwise for the other."""
    proposals = StrategyProposal.objects.filter(session_id=place.session.pk, round=round_of(place))
    return sorted(proposals, key=lambda one: hashlib.sha256(place.user_id.bytes + one.pk.bytes).digest())


def piles(place: Place) -> dict:
    rows = StrategyRanking.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    return dict(rows.values_list("proposal_id", "pile"))


def overlap(place: Place) -> list[StrategyProposal]:
    """What both would do, in this reader's order of the pool."""
    chosen = set(OverlapItem.objects.filter(session_id=place.session.pk).values_list("proposal_id", flat=True))
    return [proposal for proposal in pool(place) if proposal.pk in chosen]


def proposed(place: Place) -> Agreement | None:
    """The words that are on the table now."""
    return (
        Agreement.objects.filter(session_id=place.session.pk, status="PROPOSED").order_by("-created_at", "-id").first()
    )


def agreed(place: Place) -> Agreement | None:
    return (
        Agreement.objects.filter(session_id=place.session.pk, agreed_at__isnull=False)
        .order_by("-agreed_at", "-id")
        .first()
    )


def earlier_agreements(place: Place) -> list[Agreement]:
    """What both said yes to before what stands now, newest first, with what each said of it (`door.both_check_ins`)."""
    agreed = Agreement.objects.filter(session_id=place.session.pk, agreed_at__isnull=False)
    return list(agreed.order_by("-agreed_at", "-id")[1:])


def my_check_in(place: Place, agreement: Agreement) -> CheckIn | None:
    return CheckIn.objects.filter(owner_id=place.user_id, agreement_id=agreement.pk).first()
