"""Putting tasks in the queue without making anyone wait for it.

A broker that is away is no reason to lose a page, or to hold it up: beat sweeps up whatever was not queued.
"""

import logging
from functools import cache

from celery import current_app
from kombu import Connection, pools
from kombu.exceptions import LimitExceeded, OperationalError

logger = logging.getLogger(__name__)

BRIEF = {
    "socket_timeout": 0.5,  # seconds; a publish takes a millisecond
    "socket_connect_timeout": 0.5,
    "max_retries": 1,  # to connect; a connection that went stale is made anew
    "interval_start": 0,
    "interval_step": 0,
}


def quietly(task: str, *ids, expires: float | None = None) -> None:
    """Queue the task of this name with these ids, within about a second, or leave it to be swept up.

    By name, so that a room can ask for what `stages.tasks` then does with that very room.
    """
    try:
        with pools.producers[_connection()].acquire(block=True, timeout=1) as producer:
            current_app.send_task(
                task, [str(identity) for identity in ids], producer=producer, retry=False, expires=expires
            )
    except (OperationalError, LimitExceeded):
        logger.warning("The broker is away; %s will be swept up", task)


@cache
def _connection() -> Connection:
    return current_app.connection_for_write(transport_options=BRIEF)
