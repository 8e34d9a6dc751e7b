"""What a model instance holds for an encrypted field: sealed words that open only when they are read."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import wraps
from uuid import UUID

from django.db.models import UUIDField

from beheard.crypto.envelope import key_id_of


class Closed(Enum):
    """Stands for words not opened yet. An enum, because its identity survives copying and pickling."""

    CLOSED = "closed"


CLOSED = Closed.CLOSED


class Sealed:
    """Ciphertext, as `.values()` gives it. Shows nothing of itself; it may be stored and compared, not read."""

    __slots__ = ("_ciphertext",)

    def __init__(self, ciphertext: bytes):
        self._ciphertext = bytes(ciphertext)

    def __bytes__(self):
        return self._ciphertext

    def __repr__(self):
        return "Sealed()"

    def __str__(self):
        return "[sealed]"

    def __eq__(self, other):
        return isinstance(other, Sealed) and self._ciphertext == other._ciphertext

    def __hash__(self):
        return hash(self._ciphertext)

    @property
    def key_id(self) -> UUID:
        return key_id_of(self._ciphertext)


class Fitted(Sealed):
    """Ciphertext made or checked for the very row it is about to be written to. Only `pre_save` makes it."""

    __slots__ = ()


class Held:
    """The words of one field of one instance: sealed, opened, or written and not yet sealed.

    `origin` are the ids the row had when `sealed` was read or made. Pickling carries ciphertext only, and is
    refused for words that were never sealed.
    """

    __slots__ = ("sealed", "words", "encoded", "origin", "made_here")

    def __init__(self, sealed=None, words=CLOSED, encoded=None, origin=None, made_here=False):
        self.sealed, self.words, self.encoded, self.origin, self.made_here = sealed, words, encoded, origin, made_here

    def __repr__(self):
        return "Held()"

    def __reduce__(self):
        if self.sealed is None:
            raise TypeError("Words that are not saved yet are not pickled.")
        return Held, (self.sealed, CLOSED, None, self.origin, self.made_here)

    def __deepcopy__(self, memo):
        return Held(self.sealed, copy.deepcopy(self.words, memo), self.encoded, self.origin, self.made_here)


# --- the ids a ciphertext belongs to ---------------------------------------------------------------
def ids_of(instance) -> dict:
    """Primary key, foreign keys and other UUID columns of the row, as far as they are loaded."""
    loaded = instance.__dict__
    return {name: loaded[name] for name in _id_columns(type(instance)) if name in loaded}


def as_sealed(instance, held: Held):
    """The instance as it was when its words were sealed: itself, or a copy with the ids of then."""
    moved = {name: value for name, value in (held.origin or {}).items() if getattr(instance, name) != value}
    if not moved:
        return instance
    earlier = type(instance).__new__(type(instance))
    earlier.__dict__.update(instance.__getstate__())
    for name, value in moved.items():
        setattr(earlier, name, value)
    return earlier


def _id_columns(model) -> list[str]:
    if "_sealed_id_columns" not in model.__dict__:
        model._sealed_id_columns = [
            field.attname
            for field in model._meta.concrete_fields
            if field.primary_key or field.is_relation or isinstance(field, UUIDField)
        ]
    return model._sealed_id_columns


# --- what a model with encrypted fields learns -----------------------------------------------------
_left_closed: ContextVar[bool] = ContextVar("beheard_words_left_closed", default=False)


def words_stay_closed() -> bool:
    return _left_closed.get()


@contextmanager
def closed_words():
    """Inside, reading an encrypted attribute gives what the instance holds, unopened (to hand it on)."""
    token = _left_closed.set(True)
    try:
        yield
    finally:
        _left_closed.reset(token)


def teach(model) -> None:
    """`from_db` notes which ids each ciphertext came with; `refresh_from_db` hands words on without opening them."""
    if not getattr(model.from_db, "notes_origin", False):
        model.from_db = classmethod(_noting_origin(model.from_db.__func__))
    if not getattr(model.refresh_from_db, "keeps_closed", False):
        model.refresh_from_db = _keeping_closed(model.refresh_from_db)


def _noting_origin(from_db):
    @wraps(from_db)
    def noting(cls, *args, **kwargs):
        instance = from_db(cls, *args, **kwargs)
        origin = ids_of(instance)
        for held in instance.__dict__.values():
            if isinstance(held, Held):
                held.origin = origin
        return instance

    noting.notes_origin = True
    return noting


def _keeping_closed(refresh_from_db):
    @wraps(refresh_from_db)
    def keeping(self, *args, **kwargs):
        with closed_words():
            return refresh_from_db(self, *args, **kwargs)

    keeping.keeps_closed = True
    return keeping
