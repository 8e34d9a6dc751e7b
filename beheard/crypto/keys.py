"""Whose key: the scope of a data key, and the key itself once it is unwrapped."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import TextChoices


class KeyKind(TextChoices):
    PRIVATE = "PRIVATE", "a private vessel"
    SHARED = "SHARED", "one owner's words in a shared vessel"
    JOINT = "JOINT", "what both wrote in a shared vessel"


@dataclass(frozen=True, slots=True)
class KeyScope:
    """Names one data key. `session_id` says in which session the key may be seen; it is not part of its identity."""

    kind: KeyKind
    vessel_id: UUID
    owner_id: UUID | None
    session_id: UUID

    def __post_init__(self):
        if not isinstance(self.vessel_id, UUID) or not isinstance(self.session_id, UUID):
            raise TypeError("A key scope needs the UUIDs of its vessel and session.")
        if (self.owner_id is None) != (self.kind == KeyKind.JOINT):
            raise ValueError("A joint key has no owner, and every other key has one.")
        if self.owner_id is not None and not isinstance(self.owner_id, UUID):
            raise TypeError("The owner of a key scope is a UUID.")

    @classmethod
    def private(cls, vessel_id: UUID, owner_id: UUID, session_id: UUID) -> KeyScope:
        return cls(KeyKind.PRIVATE, vessel_id, owner_id, session_id)

    @classmethod
    def shared(cls, vessel_id: UUID, owner_id: UUID, session_id: UUID) -> KeyScope:
        return cls(KeyKind.SHARED, vessel_id, owner_id, session_id)

    @classmethod
    def joint(cls, vessel_id: UUID, session_id: UUID) -> KeyScope:
        return cls(KeyKind.JOINT, vessel_id, None, session_id)

    @property
    def identity(self) -> tuple[str, UUID, UUID | None]:
        """What tells one key from another, and what a wrapped key is bound to."""
        return (str(self.kind), self.vessel_id, self.owner_id)


@dataclass(frozen=True, slots=True)
class DataKey:
    """An unwrapped data key. It lives only as long as the actor who may see it; its repr does not show it."""

    id: UUID
    scope: KeyScope
    material: bytes = field(repr=False)  # 32 bytes

    def __reduce__(self):
        raise TypeError("A data key does not leave the process.")
