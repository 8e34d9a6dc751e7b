"""Replies that are owed. Rows come with the message and go with the answer (database triggers); here they are leased.

A worker that dies leaves a lease that runs out within seconds; beat then asks again. A second answer to the same message
is impossible (`message_answered_once`).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, connections
from django.db.models import F, Q

from beheard.rls import Actor, transaction_as
from stages.models import Outbox

LEASE = timedelta(seconds=6)
RENEW_SECONDS = 2.0
GRACE = timedelta(seconds=2)  # the task queued on commit comes first
LONGEST_WAIT = 300  # seconds between tries while a guide stays away


def lease(message_id: UUID, *, now: datetime) -> bool:
    """Take this reply on. False when it is settled, withdrawn, or in another worker's hands."""
    with transaction_as(Actor.system()):
        return bool(_owed(now).filter(pk=message_id).update(leased_until=now + LEASE, attempts=F("attempts") + 1))


def put_back(message_id: UUID, *, now: datetime) -> None:
    """The guide stayed away: try again later, and later each time."""
    with transaction_as(Actor.system()):
        row = Outbox.objects.filter(pk=message_id, settled_at__isnull=True).first()
        if row:
            wait = min(2**row.attempts, LONGEST_WAIT)
            Outbox.objects.filter(pk=message_id).update(leased_until=now + timedelta(seconds=wait))


def owed(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID, UUID]]:
    """Message, owner and session of replies nobody is working on, oldest first."""
    with transaction_as(Actor.system()):
        rows = _owed(now).filter(created_at__lt=now - GRACE).order_by("created_at")
        return list(rows.values_list("message_id", "owner_id", "session_id")[:limit])


@contextmanager
def kept_leased(message_id: UUID) -> Iterator[None]:
    """Renew the lease from a thread of its own while a reply is being written."""
    finished = threading.Event()
    keeper = threading.Thread(target=_renew, args=(message_id, finished), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        finished.set()
        keeper.join(timeout=5)


def _renew(message_id: UUID, finished: threading.Event) -> None:
    try:
        while not finished.wait(RENEW_SECONDS):
            with transaction_as(Actor.system()), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE stages_outbox SET leased_until = now() + %s WHERE message_id = %s AND settled_at IS NULL",
                    [LEASE, message_id],
                )
    finally:
        connections.close_all()


def _owed(now: datetime):
    return Outbox.objects.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now), settled_at__isnull=True)
