"""Ending well: alone, or together without an agreement. Nobody can be stuck."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow, NotYours
from library import usage
from library.models import GlobalLibraryItem
from library.words import Use
from stages.ending.models import Closure, SoloEnding
from stages.journey import LEFT, check_joint, check_not_over
from stages.progress import complete_stage, have_met, locked_vessel, meet, stage_of, take_back, take_step
from stages.steps import MeetingKind, StepKind
from vessels.private.models import IdentifiedNeed


def solo(place: Place) -> SoloEnding | None:
    return SoloEnding.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()


def own_needs(place: Place) -> list[IdentifiedNeed]:
    """Those the person has said are theirs, in that order."""
    mine = IdentifiedNeed.objects.filter(owner_id=place.user_id, session_id=place.session.pk, confirmed=True)
    return list(mine.order_by("confirmed_at", "id"))


def needs_to_name(place: Place) -> list[str]:
    """Which of one's own needs may be named as unmet."""
    return list(dict.fromkeys(need.need for need in own_needs(place)))


def closure_of(place: Place) -> Closure | None:
    return Closure.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()


def keep_solo(
    *,
    place: Place,
    now: datetime,
    letter: str | None = None,
    request: str | None = None,
    library_item_id: UUID | None = None,
) -> SoloEnding:
    """Keep what is given; leave the rest as it was."""
    check_not_over(place)
    vessel = locked_vessel(place)
    if library_item_id is not None and not GlobalLibraryItem.objects.filter(pk=library_item_id).exists():
        raise NotYours
    ending = solo(place) or SoloEnding(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel, created_at=now
    )
    if library_item_id not in (None, ending.library_item_id):
        usage.count(library_item_id, Use.CHOSEN)
    given = {"letter": letter, "request": request, "library_item_id": library_item_id}
    for name, value in given.items():
        if value is not None:
            setattr(ending, name, value)
    ending.save()
    return ending


def end_alone(*, place: Place, now: datetime) -> None:
    """ "This is enough for me." The person's own choice; everything stays readable, and they may come back."""
    ending = keep_solo(place=place, now=now)
    ending.ended_at = now
    ending.save(update_fields=["ended_at"])
    take_step(place=place, kind=StepKind.ENDED_ALONE, now=now)


def come_back(*, place: Place) -> None:
    """Take the ending back and go on where they were."""
    check_not_over(place)
    ending = solo(place)
    if ending:
        ending.ended_at = None
        ending.save(update_fields=["ended_at"])
    for kind in LEFT:
        take_back(place=place, kind=kind)


def close(*, place: Place, unmet: str, commitment: str, now: datetime, needs: tuple[str, ...] = ()) -> bool:
    """Close on this side, with an agreement or without. The session ends when both have; True then.

    `needs` are those of the person's own that stay unmet, in their words. Said again, the words are new. What was agreed is
    complete with the end.
    """
    check_joint(place)
    if stage_of(place) < 4:
        raise NotNow(_("There are steps before this one. You can end it for yourself at any time."))
    Closure.objects.update_or_create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        defaults={
            "vessel": locked_vessel(place),
            "unmet": unmet,
            "needs": list(needs),
            "commitment": commitment,
            "created_at": now,
        },
    )
    take_step(place=place, kind=StepKind.CLOSING, now=now)
    complete_stage(place=place, stage=4, now=now, way_out=not have_met(place, MeetingKind.AGREEMENT))
    return meet(place=place, kind=MeetingKind.CLOSED)


def not_closing(*, place: Place) -> None:
    """Take one's closing back, as long as not both have closed. What was written stays."""
    check_not_over(place)
    take_back(place=place, kind=StepKind.CLOSING)
