"""How much is offered, shared, kept and taken back, day by day, for staff auditors: counts only, and no small ones.

Days that are over, so that nobody watches a count grow; a count under five is told as "fewer than 5", nought too, since a
small house would otherwise tell who did what. No sums: they would give the small counts away.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models import Action, ConsentEvent

FEWEST = 5
PERIODS = (30, 90)  # days
KINDS = {
    _("Offered"): [Action.OFFERED],
    _("Shared"): [Action.GRANTED, Action.REGRANTED],
    _("Kept private"): [Action.DECLINED],
    _("Taken back"): [Action.REVOKED],
}
WIDTH, HEIGHT, BAR_GAP = 720, 120, 1


@dataclass(frozen=True)
class Bar:
    """A day. `count` is None when it is too small to be told."""

    day: date
    count: int | None
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    title: str
    bars: list[Bar]
    most: int  # the highest count that is told, 0 for none

    @property
    def told(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.count is not None]


def charts(*, days: int, content_type: str = "", now: datetime) -> list[Chart]:
    """One chart for each kind of decision, over the last whole days. One query."""
    last = timezone.localdate(now) - timedelta(days=1)
    shown = [last - timedelta(days=days - 1 - number) for number in range(days)]
    counts = _counts(shown[0], shown[-1], content_type)
    return [
        _chart(str(title), [_total(counts, day, actions) for day in shown], shown) for title, actions in KINDS.items()
    ]


def _counts(first: date, last: date, content_type: str) -> dict:
    midnight = datetime.combine(first, datetime.min.time())
    links = ConsentEvent.objects.filter(at__gte=timezone.make_aware(midnight))
    links = links.filter(content_type=content_type) if content_type else links
    rows = (
        links.annotate(day=TruncDate("at"))
        .filter(day__lte=last)
        .values("day", "action")
        .annotate(count=Count("record_id"))
    )
    found = defaultdict(int)
    for row in rows.order_by("day", "action"):
        found[row["day"], row["action"]] = row["count"]
    return found


def _total(counts: dict, day: date, actions: list[Action]) -> int | None:
    total = sum(counts[day, action] for action in actions)
    return total if total >= FEWEST else None


def _chart(title: str, counts: list[int | None], days: list[date]) -> Chart:
    most = max((count for count in counts if count is not None), default=0)
    step = WIDTH / len(days)
    bars = []
    for number, (day, count) in enumerate(zip(days, counts, strict=True)):
        height = HEIGHT * count / most if count else 3
        bars.append(
            Bar(
                day,
                count,
                round(number * step, 2),
                round(HEIGHT - height, 2),
                round(step - BAR_GAP, 2),
                round(height, 2),
            )
        )
    return Chart(title, bars, most)
