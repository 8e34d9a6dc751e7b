"""Several people or workers at once, each in a thread with connections of its own."""

import threading
from collections.abc import Callable, Sequence

from django.db import connections


def at_once(works: Sequence[Callable[[], object]], seconds: float = 60) -> list:
    """Run all of them at the same moment; their results in order. The first exception of any is raised."""
    results: list = [None] * len(works)
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(place: int, work) -> None:
        try:
            start.wait(seconds)
            results[place] = work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), "still running"
    if failures:
        raise failures[0]
    return results
