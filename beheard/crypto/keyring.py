"""Data keys for the current actor: what row-level security lets them see, unwrapped, for one `act_as` block.

A key that was made in the transaction still open is used only while it stands: were it rolled back, words sealed with
it would be lost for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID, uuid4

from django.db import connections, router, transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Now

from beheard.crypto import envelope
from beheard.crypto.errors import WordsTampered, WordsUnavailable
from beheard.crypto.keys import DataKey, KeyKind, KeyScope
from beheard.crypto.models import VesselKey
from beheard.rls.actor import current_actor, scratch

STREAM = "stream"


def data_key_for(scope: KeyScope, create: bool = False) -> DataKey:
    """The live key of `scope`. With `create`, makes the first one; a destroyed key is never replaced so.

    Raises WordsUnavailable when there is none that the current actor may see.
    """
    key_id = _cache().get(scope.identity)
    if key_id is not None and _still_stands(key_id):
        return _cache()[key_id]
    rows = list(_rows(scope))  # asked once: between two questions another transaction may make the key
    live = next((row for row in rows if row.destroyed_at is None), None)
    if live is not None:
        return _remember(live)
    if create and not rows:
        return create_key(scope)
    raise WordsUnavailable


def data_key(key_id: UUID) -> DataKey:
    """The key with this id, to open what it sealed. Raises WordsUnavailable, MasterKeyMissing or WordsTampered.

    The actor's own keys of its session and the joint one come along: a page that opens one kind of words mostly opens the
    others too. Not the partner's: whether that may be read is a question the database is asked only when it matters.
    """
    found = _cache().get(key_id)
    if found is not None:
        return found
    session = Subquery(VesselKey.objects.filter(pk=key_id).values("session_id"))
    mine = Q(kind=KeyKind.JOINT) | Q(owner_id=current_actor().user_id) if current_actor() else Q()
    wanted_and_mine = Q(pk=key_id) | (Q(session_id=session) & mine)
    rows = {row.pk: row for row in VesselKey.objects.filter(wanted_and_mine, destroyed_at=None)}
    wanted = rows.pop(key_id, None)
    if wanted is None:
        raise WordsUnavailable
    for row in rows.values():
        with suppress(WordsUnavailable, WordsTampered):
            _remember(row)
    return _remember(wanted)


def create_key(scope: KeyScope) -> DataKey:
    """A live key for `scope`: a new one, or the one another transaction made at the same moment.

    Unlike `data_key_for` it also makes a new key where one was destroyed. Raises WordsUnavailable when the actor
    may not see the key that is there.
    """
    # A random id: the other sees the key of words that crossed, and not when the first were put before their owner.
    key = DataKey(uuid4(), scope, envelope.new_material())
    wrapped = envelope.wrap(key)
    kind, vessel_id, owner_id = scope.identity
    row = VesselKey(
        id=key.id,
        kind=kind,
        vessel_id=vessel_id,
        owner_id=owner_id,
        session_id=scope.session_id,
        wrapped=wrapped,
        master_key_id=envelope.wrapped_by(wrapped),
    )
    # ON CONFLICT DO NOTHING waits for a rival transaction and then leaves its key standing.
    VesselKey.objects.bulk_create([row], ignore_conflicts=True)
    _mark_unsettled(key.id)
    row = _rows(scope).filter(destroyed_at=None).first()
    if row is None:
        raise WordsUnavailable
    return _remember(row)


def destroy_key(scope: KeyScope) -> int:
    """Erases what this key sealed, for good. Returns how many keys that were (0 or 1)."""
    return _destroy(_rows(scope))


def destroy_keys(*, vessel_id: UUID) -> int:
    """Erases everything sealed for this vessel, as far as the current actor may. Returns how many keys that were."""
    return _destroy(VesselKey.objects.filter(vessel_id=vessel_id))


def destroy_keys_of(*, owner_id: UUID) -> int:
    """Erases everything sealed for this person alone, wherever it lies. Returns how many keys that were."""
    return _destroy(VesselKey.objects.filter(owner_id=owner_id))


def _destroy(rows) -> int:
    _cache().clear()
    return rows.filter(destroyed_at=None).update(wrapped=None, destroyed_at=Now())


# --- streams -------------------------------------------------------------------------------------
def sealer(scope: KeyScope, stream_id) -> Callable[[bytes], bytes]:
    """Seals the chunks of one stream. The key is fetched now; what is returned works outside the transaction."""
    key = data_key_for(scope)
    return lambda chunk: envelope.seal(key, chunk, STREAM, str(stream_id))


def opener(scope: KeyScope, stream_id) -> Callable[[bytes], bytes]:
    """Opens the chunks that `sealer` of the same scope and stream sealed; WordsTampered for all others."""
    key = data_key_for(scope)
    return lambda chunk: envelope.unseal(key, chunk, STREAM, str(stream_id))


# --- what is remembered --------------------------------------------------------------------------
def _cache() -> dict:
    """identity → key id and key id → DataKey, for the current actor only."""
    return scratch().setdefault("beheard.crypto", {})


def _remember(row: VesselKey) -> DataKey:
    key = envelope.unwrap(bytes(row.wrapped), row.id, row.scope)
    _cache().update({key.id: key, key.scope.identity: key.id})
    return key


def _rows(scope: KeyScope):
    kind, vessel_id, owner_id = scope.identity
    return VesselKey.objects.filter(kind=kind, vessel_id=vessel_id, owner_id=owner_id)


def _unsettled() -> dict[UUID, Callable]:
    """Keys made on this connection and not committed yet, each with the on-commit hook that will say so.

    A rolled-back key stays here: its hook neither ran nor waits.
    """
    connection = connections[router.db_for_write(VesselKey)]
    if not hasattr(connection, "beheard_unsettled_keys"):
        connection.beheard_unsettled_keys = {}
    return connection.beheard_unsettled_keys


def _mark_unsettled(key_id: UUID) -> None:
    unsettled = _unsettled()
    unsettled[key_id] = partial(unsettled.pop, key_id, None)
    transaction.on_commit(unsettled[key_id], using=router.db_for_write(VesselKey), robust=True)


def _still_stands(key_id: UUID) -> bool:
    """False when the key may have been rolled back. Django drops the hooks of a rolled-back `atomic` block.

    It does not for savepoints made by hand: use `atomic`.
    """
    hook = _unsettled().get(key_id)
    waiting = connections[router.db_for_write(VesselKey)].run_on_commit
    return hook is None or any(hook is function for _, function, _ in waiting)
