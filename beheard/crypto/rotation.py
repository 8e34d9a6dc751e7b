"""Rotating the master key: every data key is wrapped anew by the first of MASTER_KEYS.

Put the new key in front of the list, run `manage.py rotate_master_key`, then take the old one off. It may be stopped
and run again; what is done is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from beheard.crypto import envelope
from beheard.crypto.errors import WordsTampered, WordsUnavailable
from beheard.crypto.models import VesselKey


@dataclass
class Rotation:
    """How many keys were wrapped anew, and the ids of those that no listed master key opens."""

    rewrapped: int
    refused: list[UUID]


def rewrap_all(*, using: str = "owner", batch: int = 200) -> Rotation:
    """Wraps every live key with the first master key, `batch` keys a transaction.

    Runs as the owner of the tables under its maintenance policy, because no actor sees everybody's keys.
    """
    done = Rotation(0, [])
    last = None
    while last := _rewrap_batch(done, after=last, using=using, batch=batch):
        pass
    return done


def _rewrap_batch(done: Rotation, *, after: UUID | None, using: str, batch: int) -> UUID | None:
    """Rewraps the next keys after this id; returns the last id it looked at, or None when there were no more."""
    with transaction.atomic(using=using):
        _enter_maintenance(using)
        rows = VesselKey.objects.using(using).select_for_update(no_key=True).filter(destroyed_at=None).order_by("pk")
        rows = rows.exclude(master_key_id=envelope.wrapping_fingerprint().hex())
        found = list(rows.filter(pk__gt=after)[:batch] if after else rows[:batch])
        for row in found:
            _rewrap(row, done)
    return found[-1].pk if found else None


def _rewrap(row: VesselKey, done: Rotation) -> None:
    try:
        key = envelope.unwrap(bytes(row.wrapped), row.pk, row.scope)
    except (WordsUnavailable, WordsTampered):
        done.refused.append(row.pk)
        return
    row.wrapped = envelope.wrap(key)
    row.master_key_id = envelope.wrapped_by(row.wrapped)
    row.save(update_fields=["wrapped", "master_key_id"])
    done.rewrapped += 1


def _enter_maintenance(using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('app.maintenance', 'on', true)")
