"""What a walk has come by, and what it has not: routes asked for, forms sent, and the transitions of docs/states.md."""

from collections import Counter
from contextlib import suppress

from django.urls import Resolver404, resolve

from beheard.people.transitions import TRANSITIONS
from stages.models import NoticeKind
from stages.steps import MeetingKind, StepKind
from tests.bad_input.site import routes

# For whoever runs the site or develops it, or a way out of the site altogether; tested elsewhere.
NOT_WALKED = {"gallery", "outbox", "healthz", "leave", "erase", "devices", "remove_token", "sign_out_everywhere"}
NOT_WRITTEN = {NoticeKind.GUIDE}  # a word that no code writes


class Coverage:
    """Of all couples together."""

    def __init__(self):
        self.asked, self.sent, self.changes, self.ends, self.refused = (Counter() for _ in range(5))
        self.done: Counter = Counter()  # kinds of things done on pages: what has been done least comes first

    def note(self, method: str, address: str, status: int, redirects: list[str]) -> None:
        with suppress(Resolver404):
            (self.sent if method == "POST" else self.asked)[route_of(address)] += 1
            if status in (400, 403, 404, 405):
                self.refused[f"{method} {route_of(address)} {status}"] += 1
        for one in redirects:
            with suppress(Resolver404):
                self.asked[route_of(one)] += 1

    def report(self) -> str:
        reached = set(self.asked) | set(self.sent)
        known = {route.name for route in routes()} - NOT_WALKED
        wanted = _transitions()
        seldom = [name for name, count in self.asked.most_common()[::-1] if name in known][:10]
        return "\n".join(
            [
                f"routes: {len(known & reached)} of {len(known)}; not: {sorted(known - reached)}",
                f"forms sent: {len(set(self.sent) & known)} kinds; seldom asked for: {seldom}",
                f"transitions: {len(wanted & set(self.changes))} of {len(wanted)}; not: {sorted(wanted - set(self.changes))}",
                f"how often: {dict(self.changes.most_common())}",
                f"refused: {dict(self.refused.most_common(20))}",
                f"ends: {dict(self.ends.most_common())}",
            ]
        )


def _transitions() -> set[str]:
    statuses = {f"{was} -> {now} by {door}" for (was, now), doors in TRANSITIONS.items() for door in doors}
    stages = {
        f"stage {stage}: {change}"
        for stage in range(5)
        for change in ("[*] -> IN_PROGRESS", "IN_PROGRESS -> COMPLETED", "GATE_PENDING -> COMPLETED")
    }
    gates = {f"stage {stage}: IN_PROGRESS -> GATE_PENDING" for stage in (0, 2, 3, 4)}
    straight = {"stage 1: GATE_PENDING -> COMPLETED"}  # being heard waits for nobody
    meetings = {f"met {kind}" for kind in MeetingKind if kind not in NOT_WRITTEN}
    steps = {f"took {kind}" for kind in StepKind}
    notices = {f"notice {kind}" for kind in NoticeKind if kind not in NOT_WRITTEN}
    answers = {f"answered {kind}" for kind in ("joined", "confirmed", "declined")}
    return (statuses | stages | gates | meetings | steps | notices | answers) - straight


def route_of(address: str) -> str:
    return resolve(address.split("?")[0]).view_name
