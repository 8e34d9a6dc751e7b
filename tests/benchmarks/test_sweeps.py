"""What beat does when there is nothing to do, over and over: it must cost next to nothing, however many people there are."""

import time
from statistics import median

import pytest

from beheard.celery import BEAT, app
from tests.benchmarks.figures import Figure

TIMES = 3


@pytest.mark.bench
def test_all_sweeps_together(seeded, board, monkeypatch):
    app.loader.import_default_modules()
    monkeypatch.setattr(app, "send_task", lambda *_, **__: None)  # what they find is for other workers
    took = {name: median(_seconds(app.tasks[name]) for _time in range(TIMES)) for name in BEAT}
    shares = {name: 100 * took[name] / BEAT[name] for name in BEAT}
    worst = ", ".join(f"{name} {1_000 * took[name]:.0f} ms" for name in sorted(shares, key=shares.get)[:-4:-1])
    board.add(Figure("all sweeps of beat, share of one core", sum(shares.values()), 2, 4, unit="%", note=worst))


def _seconds(task) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began
