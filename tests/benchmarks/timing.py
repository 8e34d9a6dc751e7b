"""Two ways of doing one thing, timed in turn so that what else the machine does falls on both alike."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Compared:
    """Seconds, one of each kind for every case."""

    ours: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return statistics.median(self.ours) / statistics.median(self.floor)

    @property
    def note(self) -> str:
        ours, floor = (statistics.median(times) * 1_000 for times in (self.ours, self.floor))
        return f"{ours:.3f} ms / {floor:.3f} ms, {len(self.ours)} of each"


def compare(ours: Callable[[Any], float], floor: Callable[[Any], float], cases: Iterable) -> Compared:
    """Each function takes a case and gives the seconds that what counts of it took. The one that goes first changes by turns.
    What counts should be warm: let a function do its case once before the one it times.
    """
    found = Compared([], [])
    ways = [(ours, found.ours), (floor, found.floor)]
    with no_collector():
        for case in cases:
            for way, times in ways:
                times.append(way(case))
            ways.reverse()
    return found


@contextmanager
def no_collector():
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
