"""Sixteen readers find one synthesis dirty at the same moment (DESIGN §10.5)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from stages import syntheses
from stages.guide.builtin.guide import BuiltinGuide
from tests.benchmarks.figures import Figure
from tests.couple import ADA, Couple

pytestmark = pytest.mark.bench

READERS, ROUNDS = 16, 5


class CountingGuide(BuiltinGuide):
    """Thinks for a moment, as a model would, and counts how often it was asked."""

    def __init__(self):
        super().__init__()
        self.asked = 0
        self.lock = threading.Lock()

    def synthesise(self, words):
        with self.lock:
            self.asked += 1
        time.sleep(0.3)
        return super().synthesise(words)


def test_sixteen_readers(seeded, board, settings, monkeypatch):
    settings.GUIDE_PACE_SECONDS = 0
    guide = CountingGuide()
    monkeypatch.setattr(syntheses, "current_guide", lambda: guide)
    couple = Couple().until("began")
    made = [_regenerations(couple, guide) for _ in range(ROUNDS)]
    board.add(
        Figure(
            "16 readers of one dirty synthesis: regenerations",
            max(made),
            1,
            1,
            "times",
            note=f"in {ROUNDS} rounds: {made}",
        )
    )
    assert min(made) == 1


def _regenerations(couple: Couple, guide: CountingGuide) -> int:
    couple.say(ADA, "And another thing that I had not said yet.")
    couple.answer_all(ADA)
    before, together = guide.asked, threading.Barrier(READERS)

    def read(_reader):
        together.wait()
        try:
            return syntheses.fresh(user_id=couple.actors[ADA].user_id, session_id=couple.session_id, stage=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(READERS) as pool:
        found = list(pool.map(read, range(READERS)))
    assert found[0] is not None and all(content == found[0] for content in found)
    return guide.asked - before
