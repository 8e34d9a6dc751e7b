"""A circuit breaker: while a model is known to be away nobody waits for it.

One for each process, not one in Redis: a worker that alone can't reach the model must not silence the others, and a breaker
that itself needs a network is one more thing to be away. What it costs is that each process finds out for itself, after
`FAILURES` calls.
"""

import threading
import time

from beheard.ai.errors import ModelAway

FAILURES = 3
FIRST_REST, LONGEST_REST = 5.0, 60.0  # seconds


class Breaker:
    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = FIRST_REST
        self._closed_until = 0.0

    def check(self) -> None:
        """Raises ModelAway while it rests. After a rest one caller tries; the others go on waiting until it has."""
        with self._lock:
            if self._failures < FAILURES:
                return
            now = self._clock()
            if now < self._closed_until:
                raise ModelAway("resting", wait=self._closed_until - now)
            self._closed_until = now + self._rest

    def worked(self) -> None:
        with self._lock:
            self._failures, self._rest, self._closed_until = 0, FIRST_REST, 0.0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._closed_until = self._clock() + self._rest
                self._rest = min(self._rest * 2, LONGEST_REST)
