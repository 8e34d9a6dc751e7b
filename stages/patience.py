"""What a worker does while the database is away, and while it is slow: try again, and keep its claim alive."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections

logger = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
Result = TypeVar("Result")


def patiently(work: Callable[[], Result], *, tries: int = 2, pause: float = 1.0) -> Result:
    """`work()`, again when the database was away (`pause` in seconds between tries). `work` opens its own transaction."""
    for _ in range(tries - 1):
        try:
            return work()
        except AWAY as trouble:
            logger.warning("The database is away: %s", type(trouble).__name__)
            time.sleep(pause)
    return work()


@contextmanager
def kept(renew: Callable[[], None], *, every: float) -> Iterator[None]:
    """Call `renew` every so many seconds, from a thread of its own, until the block ends."""
    finished = threading.Event()
    keeper = threading.Thread(target=_keep, args=(renew, every, finished), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        finished.set()
        keeper.join(timeout=10)


def _keep(renew: Callable[[], None], every: float, finished: threading.Event) -> None:
    while not finished.wait(every):
        try:
            renew()
        except AWAY as trouble:
            logger.warning("A claim could not be renewed: %s", type(trouble).__name__)
        finally:
            connections.close_all()
