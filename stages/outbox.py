"""Replies that are owed. Rows come with the message and go with the answer (database triggers); here they are leased.

A worker that dies leaves a lease that runs out within seconds; beat then asks again. Each lease has a number (`attempts`):
a worker thought dead can neither renew nor put back what another has taken on. A second answer to the same message is
impossible (`message_answered_once`).
"""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages.models import Outbox
from stages.patience import kept

LEASE = timedelta(seconds=5)
RENEW_SECONDS = 1.5
GRACE = timedelta(seconds=2)  # the task queued on commit comes first
LONGEST_WAIT = 60  # seconds between tries while a guide stays away: a try that fails at once costs little
LONGEST_ASKED_WAIT = 600  # when the guide's server itself asks for more


def lease(message_id: UUID, *, now: datetime) -> int | None:
    """Take this reply on: the number of the lease. None when it is settled, withdrawn, or in another worker's hands."""
    with transaction_as(Actor.system()):
        if not _owed(now).filter(pk=message_id).update(leased_until=now + LEASE, attempts=F("attempts") + 1):
            return None
        return Outbox.objects.values_list("attempts", flat=True).get(pk=message_id)


def put_back(message_id: UUID, attempt: int, *, now: datetime, at_least: float = 0) -> None:
    """The guide stayed away: try again later, and later each time. `at_least` in seconds, when its server said so."""
    wait = max(min(2 ** min(attempt, 10), LONGEST_WAIT), min(at_least, LONGEST_ASKED_WAIT))
    with transaction_as(Actor.system()):
        _held(message_id, attempt).update(leased_until=now + timedelta(seconds=wait))


def let_go(message_id: UUID, attempt: int) -> None:
    """There is nothing left to answer: the vessel's key is gone."""
    with transaction_as(Actor.system()):
        _held(message_id, attempt).update(settled_at=timezone.now(), leased_until=None)


def owed(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID, UUID]]:
    """Message, owner and session of replies nobody is working on, oldest first."""
    with transaction_as(Actor.system()):
        rows = _owed(now).filter(created_at__lt=now - GRACE).order_by("created_at")
        return list(rows.values_list("message_id", "owner_id", "session_id")[:limit])


def kept_leased(message_id: UUID, attempt: int) -> AbstractContextManager[None]:
    """Renew the lease from a thread of its own while a reply is being written."""
    return kept(lambda: renew(message_id, attempt), every=RENEW_SECONDS)


def renew(message_id: UUID, attempt: int) -> None:
    with transaction_as(Actor.system()), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stages_outbox SET leased_until = now() + %s "
            "WHERE message_id = %s AND attempts = %s AND settled_at IS NULL",
            [LEASE, message_id, attempt],
        )


def _held(message_id: UUID, attempt: int):
    return Outbox.objects.filter(pk=message_id, attempts=attempt, settled_at__isnull=True)


def _owed(now: datetime):
    return Outbox.objects.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now), settled_at__isnull=True)
