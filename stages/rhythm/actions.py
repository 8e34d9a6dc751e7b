"""When a person comes back, what they want to hear of, and ending it for both. What beat does about silence is in sweeps.py."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from beheard.people.pages import Place
from beheard.rls import Actor
from stages.journey import check_not_over
from stages.models import NoticeSettings, Notification, Rhythm
from stages.progress import locked_vessel, take_step
from stages.rhythm.queries import notice_settings
from stages.steps import StepKind

DAYS = {"tomorrow": 1, "some_days": 3, "week": 7}
REMINDED_AT = time(9)  # in the person's own time zone


def come_back_on(*, place: Place, day: date | None, now: datetime) -> Rhythm:
    """Remind once on this day; with None, not at all. Said again, the new day takes the place of the old one."""
    check_not_over(place)
    zone = ZoneInfo(notice_settings(place.actor).time_zone)
    said = {"asked_at": now, "back_at": day and datetime.combine(day, REMINDED_AT, zone), "reminded_at": None}
    return _say(place, said)


def take_a_break(*, place: Place, minutes: int, now: datetime) -> Rhythm:
    """A quiet notice in the app after so many minutes, and no e-mail. A day that was chosen for coming back stays."""
    check_not_over(place)
    return _say(place, {"break_until": now + timedelta(minutes=minutes)})


def _say(place: Place, said: dict) -> Rhythm:
    vessel = locked_vessel(place)
    mine = Rhythm.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
    if not mine.update(**said):
        Rhythm.objects.create(owner_id=place.user_id, session_id=place.session.pk, vessel=vessel, **said)
    return mine.get()


def in_days(days: int, *, by: Actor, now: datetime) -> date:
    """The day so many days from now, where the person is."""
    return now.astimezone(ZoneInfo(notice_settings(by).time_zone)).date() + timedelta(days=days)


def day_meant(*, by: Actor, answer: dict, now: datetime) -> date | None:
    """The day someone means by their answer (ComeBackForm); None for "I don't know yet"."""
    if answer["when"] in DAYS:
        return in_days(DAYS[answer["when"]], by=by, now=now)
    return answer["day"] if answer["when"] == "day" else None


def see_notices(*, by: Actor, now: datetime) -> None:
    """All of them have been seen."""
    Notification.objects.filter(owner_id=by.user_id, seen_at__isnull=True).update(seen_at=now)


def choose_notices(
    *, by: Actor, not_by_email: list[str], quiet_from: int | None, quiet_to: int | None, time_zone: str
) -> NoticeSettings:
    chosen = {
        "not_by_email": sorted(set(not_by_email)),
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "time_zone": time_zone,
    }
    kept, _new = NoticeSettings.objects.update_or_create(owner_id=by.user_id, defaults=chosen)
    return kept


def end_for_both(*, place: Place, now: datetime) -> None:
    """ "I want to end this for us." Over for this person at once; for both in a daily slot two hours from now or later, as if
    it had ended by itself. Until then it can be taken back (stages.ending.actions.come_back).
    """
    check_not_over(place)
    locked_vessel(place)
    take_step(place=place, kind=StepKind.ENDED_FOR_BOTH, now=now)
