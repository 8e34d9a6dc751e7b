"""What a person has said about coming back, what they want to hear of, and the way they have come. Read as the person."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from beheard.people.pages import Place
from beheard.rls import Actor
from beheard.rls.reading import asked_once
from stages.journey import OVER
from stages.models import Meeting, NoticeSettings, Notification, Rhythm
from stages.progress import all_steps
from stages.rhythm.words import BEGUN, MEETINGS, STEPS

ASKED_AGAIN_AFTER = timedelta(days=1)


class ComingBack(NamedTuple):
    """`back_at` when they said a time that is still to come; `ask` when it is good to ask at the end of a sitting."""

    back_at: datetime | None
    ask: bool


def coming_back(place: Place, now: datetime) -> ComingBack:
    if place.session.status in OVER:
        return ComingBack(None, False)
    said = Rhythm.objects.filter(owner_id=place.user_id, session_id=place.session.pk).first()
    back_at = said.back_at if said and said.back_at and said.back_at > now else None
    asked_lately = bool(said and said.asked_at and said.asked_at > now - ASKED_AGAIN_AFTER)
    return ComingBack(back_at, not back_at and not asked_lately)


def notice_settings(by: Actor) -> NoticeSettings:
    """What they chose; what holds for everyone when they chose nothing."""

    def ask() -> NoticeSettings:
        return NoticeSettings.objects.filter(owner_id=by.user_id).first() or NoticeSettings(owner_id=by.user_id)

    return asked_once(("notice settings", by.user_id), ask)


def is_quiet(chosen: NoticeSettings | None, now: datetime) -> bool:
    """Whether this hour lies in the person's quiet hours, which may run over midnight."""
    if chosen is None or chosen.quiet_from is None:
        return False
    hour, start, end = now.astimezone(ZoneInfo(chosen.time_zone)).hour, chosen.quiet_from, chosen.quiet_to
    return start <= hour < end if start <= end else hour >= start or hour < end


def unseen(by: Actor) -> int:
    return Notification.objects.filter(owner_id=by.user_id, seen_at__isnull=True).count()


class Waymark(NamedTuple):
    at: datetime
    words: str
    together: bool


def path_of(place: Place) -> list[Waymark]:
    """One's own steps, and what both have reached; nothing the other did alone. Oldest first."""
    steps = [Waymark(step.taken_at, STEPS[kind], False) for kind, step in all_steps(place).items() if kind in STEPS]
    met = Meeting.objects.filter(session_id=place.session.pk, kind__in=MEETINGS).order_by("met_at", "id")
    meetings = [Waymark(meeting.met_at, MEETINGS[meeting.kind], True) for meeting in met]
    begun = [Waymark(place.session.created_at, BEGUN, False)] if place.seat == "A" else []
    return sorted([*begun, *steps, *meetings], key=lambda mark: mark.at)
