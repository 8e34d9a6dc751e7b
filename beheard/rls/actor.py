"""The actor: who is asking, in which role, in which session.

It lives in a ContextVar, so each thread and each asyncio task has its own. The database backend reads it before
every statement (`beheard.rls.backend`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from beheard.rls.errors import NoActor


class Role(StrEnum):
    """Who may act. Each is a database role of its own, `beheard_<value>` (DESIGN §10.1)."""

    USER = "user"  # a partner
    AI = "ai"  # the guide, serving one person in one session
    JOINT = "joint"  # what both have shared, and nothing private
    CURATOR = "curator"  # the library and nothing else
    AUDITOR = "auditor"  # consent records without words
    SYSTEM = "system"  # schedules, never content

    @property
    def database_role(self) -> str:
        return f"beheard_{self.value}"


@dataclass(frozen=True, slots=True)
class Actor:
    """An immutable answer to "who is asking?". Make one with the class methods."""

    role: Role
    user_id: UUID | None = None
    session_id: UUID | None = None

    def __post_init__(self):
        for value in (self.user_id, self.session_id):
            if value is not None and not isinstance(value, UUID):
                raise TypeError("an actor's ids are UUIDs")

    @classmethod
    def user(cls, user_id: UUID, session_id: UUID | None = None) -> Actor:
        return cls(Role.USER, _required(user_id), session_id)

    @classmethod
    def ai(cls, user_id: UUID, session_id: UUID) -> Actor:
        return cls(Role.AI, _required(user_id), _required(session_id))

    @classmethod
    def joint(cls, session_id: UUID) -> Actor:
        return cls(Role.JOINT, None, _required(session_id))

    @classmethod
    def curator(cls, user_id: UUID) -> Actor:
        return cls(Role.CURATOR, _required(user_id))

    @classmethod
    def auditor(cls, user_id: UUID) -> Actor:
        return cls(Role.AUDITOR, _required(user_id))

    @classmethod
    def system(cls) -> Actor:
        return cls(Role.SYSTEM)


def _required(value: UUID) -> UUID:
    if value is None:
        raise NoActor("this role needs an id")
    return value


@dataclass(slots=True)
class _Acting:
    actor: Actor | None
    scratch: dict = field(default_factory=dict)


_acting: ContextVar[_Acting | None] = ContextVar("beheard_acting", default=None)


def current_actor() -> Actor | None:
    acting = _acting.get()
    return acting.actor if acting else None


def scratch() -> dict:
    """A dictionary that dies with the current `act_as` block (for unwrapped keys). Without an actor: a fresh one."""
    acting = _acting.get()
    return acting.scratch if acting else {}


@contextmanager
def act_as(actor: Actor | None) -> Iterator[Actor | None]:
    """Everything inside is asked by `actor`. Nests; the outer actor returns afterwards, also after an exception."""
    token = _acting.set(_Acting(actor))
    try:
        yield actor
    finally:
        _acting.reset(token)


@contextmanager
def transaction_as(actor: Actor, *, using: str | None = None) -> Iterator[Actor]:
    """`act_as` and one atomic block."""
    with act_as(actor), transaction.atomic(using=using):
        yield actor


def no_actor():
    """For account tables (sign-in, groups, admin log), which no actor role can read."""
    return act_as(None)
