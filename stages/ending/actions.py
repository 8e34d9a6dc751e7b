"""Ending well: alone, or together without an agreement. Nobody can be stuck."""

from datetime import datetime
from uuid import UUID

from beheard.people.pages import Place
from beheard.rls import NotYours
from library.models import GlobalLibraryItem
from stages.ending.models import Closure, SoloEnding
from stages.progress import complete_stage, have_met, meet, take_back, take_step, vessel_of
from stages.steps import MeetingKind, StepKind


def solo(place: Place) -> SoloEnding | None:
    return SoloEnding.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()


def keep_solo(
    *,
    place: Place,
    now: datetime,
    letter: str | None = None,
    request: str | None = None,
    library_item_id: UUID | None = None,
) -> SoloEnding:
    """Keep what is given; leave the rest as it was."""
    if library_item_id is not None and not GlobalLibraryItem.objects.filter(pk=library_item_id).exists():
        raise NotYours
    ending = solo(place) or SoloEnding(
        owner_id=place.user_id, session_id=place.session.pk, vessel=vessel_of(place), created_at=now
    )
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
    ending = solo(place)
    if ending:
        ending.ended_at = None
        ending.save(update_fields=["ended_at"])
    take_back(place=place, kind=StepKind.ENDED_ALONE)


def close(*, place: Place, unmet: str, commitment: str, now: datetime) -> bool:
    """Close without an agreement, on this side. The session ends when both have; True then."""
    Closure.objects.update_or_create(
        owner_id=place.user_id,
        session_id=place.session.pk,
        defaults={"vessel": vessel_of(place), "unmet": unmet, "commitment": commitment, "created_at": now},
    )
    if have_met(place, MeetingKind.AGREEMENT):
        return False
    take_step(place=place, kind=StepKind.CLOSING, now=now)
    complete_stage(place=place, stage=4, now=now, way_out=True)
    return meet(place=place, kind=MeetingKind.CLOSED)
