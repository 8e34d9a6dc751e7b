"""Looking back on an agreement: each says privately how it went, both learn of it together, and then what next."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from stages.journey import check_joint, check_not_over
from stages.progress import have_met, locked_vessel, meet, take_back, take_step
from stages.repair import queries
from stages.repair.models import CheckIn
from stages.steps import MeetingKind, StepKind


def check_in(*, place: Place, agreement_id: UUID, happened: str, helped: str, in_the_way: str, now: datetime) -> bool:
    """How it went, for this person. The other learns "did it happen, did it help" once both have said it; True then.

    Until then it can be said otherwise. After its date an answer that met no other has come back, unread; said again, it waits
    anew. Raises NotYours for words that are not the agreement that stands.
    """
    check_not_over(place)
    vessel = locked_vessel(place)
    agreement = queries.agreed(place)
    if agreement is None or agreement.pk != agreement_id:
        raise NotYours
    if agreement.looked_back_at:
        return True  # a double click: what both have read stands
    answer = {"happened": happened, "helped": helped, "in_the_way": in_the_way, "answered_at": now}
    CheckIn.objects.update_or_create(
        owner_id=place.user_id,
        agreement_id=agreement_id,
        defaults=answer | {"session_id": place.session.pk, "vessel": vessel},
    )
    take_step(place=place, kind=StepKind.CHECKED_IN, now=now)
    return meet(place=place, kind=MeetingKind.CHECK_IN)


def went_well(place: Place) -> bool:
    """Whether this person has said of any agreement here that it happened and helped, at least a little."""
    mine = CheckIn.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    return mine.filter(happened__in=["YES", "PARTLY"], helped__in=["YES", "A_LITTLE"]).exists()


def want_more_ideas(*, place: Place, now: datetime) -> bool:
    """ "I would look for other ideas": a new round begins when both would. True then.

    After what both would do has shown, and, with an agreement, after looking back. Nothing of it shows before.
    """
    check_joint(place)
    if not have_met(place, MeetingKind.OVERLAP):
        raise NotNow(_("There are steps before this one."))
    if have_met(place, MeetingKind.AGREEMENT) and not have_met(place, MeetingKind.CHECK_IN):
        raise NotNow(
            _("You have an agreement. Look back on it first, both of you; then there is room for something else.")
        )
    take_step(place=place, kind=StepKind.MORE_IDEAS, now=now)
    return meet(place=place, kind=MeetingKind.ANOTHER_ROUND)


def no_more_ideas(*, place: Place) -> None:
    """Take that back, as long as not both have said it."""
    take_back(place=place, kind=StepKind.MORE_IDEAS)
