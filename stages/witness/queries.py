"""The person's own thread, recaps and readings. Read as the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from beheard.people.pages import Place
from beheard.rls import NotYours
from beheard.rls.reading import asked_once
from stages.guide.safety import points_to_help
from stages.models import Message, MessageRole
from stages.witness.models import Recap, RecapStatus
from stages.witness.starters import is_short
from vessels.private.models import EmotionalReading

TURNS_SHOWN = 20  # entries: ten turns of each
WAITING_SHOWN = 3
TURNS_BEFORE_HEARD = 3
AWAY = timedelta(days=1)
RISING_BY, RISING_WITHIN = 3, timedelta(minutes=10)


@dataclass(frozen=True)
class Thread:
    """The latest entries, oldest first; what waits for an answer; where earlier words begin."""

    # The guide's say `points_to_help`: the way there stands beside them. The person's own last has the `anchor` "latest".
    entries: list[Message]
    waiting: list[Message]
    earlier_than: UUID | None


def thread(place: Place, before: UUID | None = None) -> Thread:
    rows = _mine(place)
    if before is not None:
        edge = rows.filter(pk=before).first()
        if edge is None:
            raise NotYours
        rows = rows.filter(timestamp__lt=edge.timestamp)
    found = list(rows.order_by("-timestamp", "-id")[: TURNS_SHOWN + 1])
    more, entries = found[TURNS_SHOWN:], [_shown(row) for row in found[:TURNS_SHOWN][::-1]]
    if before is None:
        _mark_latest(entries)
    if before is None and not more:  # all there is: it need not be counted again
        asked_once(_turns(place), lambda: sum(entry.role == MessageRole.USER for entry in entries))
    return Thread(entries, _unanswered(place, entries) if before is None else [], entries[0].pk if more else None)


def _mark_latest(entries: list[Message]) -> None:
    """Where a page that goes on begins to be read: the end of what the person said last, the answer to it below."""
    own = [entry for entry in entries if entry.role == MessageRole.USER]
    if own:
        own[-1].anchor = "latest"


def _shown(message: Message) -> Message:
    message.anchor = ""
    message.points_to_help = message.role == MessageRole.AI and points_to_help(message.content)
    return message


def _unanswered(place: Place, entries: list[Message]) -> list[Message]:
    asked = [entry for entry in entries if entry.role == MessageRole.USER][-WAITING_SHOWN:]
    answered = set(
        _mine(place).filter(in_reply_to__in=[entry.pk for entry in asked]).values_list("in_reply_to", flat=True)
    )
    return [entry for entry in asked if entry.pk not in answered]


def my_message(place: Place, message_id: UUID) -> Message:
    message = _mine(place).filter(pk=message_id, role=MessageRole.USER).first()
    if message is None:
        raise NotYours
    return message


def answer_to(place: Place, message_id: UUID) -> Message | None:
    my_message(place, message_id)
    answer = _mine(place).filter(in_reply_to=message_id).first()
    return answer and _shown(answer)


def _turns(place: Place) -> tuple:
    return ("turns", place.session.pk)


def turns(place: Place) -> int:
    return asked_once(_turns(place), _mine(place).filter(role=MessageRole.USER).count)


def open_recap(place: Place) -> Recap | None:
    return _latest(place, RecapStatus.OFFERED)


def accepted_recap(place: Place) -> Recap | None:
    return _latest(place, RecapStatus.ACCEPTED)


def _latest(place: Place, status: RecapStatus) -> Recap | None:
    """The latest recap of this status; the latest of each are asked for together."""

    def ask() -> dict[str, Recap]:
        known = _recaps(place).filter(status__in=[RecapStatus.OFFERED, RecapStatus.ACCEPTED])
        return {recap.status: recap for recap in known.order_by("status", "-offered_at").distinct("status")}

    return asked_once(("recaps", place.session.pk), ask).get(status)


def may_feel_heard(place: Place) -> bool:
    """Offered only after real turns and a recap the person accepted (DESIGN §5)."""
    return turns(place) >= TURNS_BEFORE_HEARD and accepted_recap(place) is not None


def writes_little(entries: list[Message]) -> bool:
    """The person's latest words among these were few: then chips and beginnings stand open."""
    latest = _latest_said(entries)
    return latest is not None and is_short(latest.content)


def reads_along(place: Place, entries: list[Message]) -> bool:
    """The latest words came with a reading: then the barometer stands open for the next."""
    latest = _latest_said(entries)
    return latest is not None and any(message_id == latest.pk for _at, _value, message_id in _readings(place))


def _latest_said(entries: list[Message]) -> Message | None:
    return next((entry for entry in reversed(entries) if entry.role == MessageRole.USER), None)


def was_away(entries: list[Message], now: datetime) -> bool:
    """Nothing has been said here for a day or more."""
    return bool(entries) and now - entries[-1].timestamp >= AWAY


def readings(place: Place) -> list[tuple]:
    """(time, intensity) of this session, oldest first, the latest 200."""
    return [(at, value) for at, value, _message_id in _readings(place)]


def _readings(place: Place) -> list[tuple]:
    def ask() -> list[tuple]:
        rows = EmotionalReading.objects.filter(owner_id=place.user_id, session_id=place.session.pk)
        return list(rows.order_by("-timestamp").values_list("timestamp", "intensity", "message_id")[:200])[::-1]

    return asked_once(("readings", place.session.pk), ask)


def high_or_rising(place: Place) -> bool:
    """8 or more, or up by three within ten minutes: then support is offered, never forced."""
    recent = readings(place)[-5:]
    if not recent:
        return False
    at, latest = recent[-1]
    earlier = [value for when, value in recent[:-1] if at - when <= RISING_WITHIN]
    return latest >= 8 or any(latest - value >= RISING_BY for value in earlier)


def _mine(place: Place):
    return Message.objects.filter(for_user_id=place.user_id, session_id=place.session.pk)


def _recaps(place: Place):
    return Recap.objects.filter(owner_id=place.user_id, session_id=place.session.pk).order_by("-offered_at")
