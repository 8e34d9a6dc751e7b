"""Names that staff auditors see instead of ids. They rotate: a name holds for one calendar month of looking.

Keyed with the server's secret and the month, so that what was noted or exported in one month can't be joined with another's by
the names in it, and nobody finds the person from a name without the server.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac


class Kind(StrEnum):
    PERSON = "p"
    SESSION = "s"
    RECORD = "r"
    ITEM = "i"


LENGTH = 10  # of 32 letters and digits: 50 bits
SHAPE = re.compile(rf"^([psri])-([a-z2-7]{{{LENGTH}}})$")


def name_of(kind: Kind, identity: UUID, now: datetime) -> str:
    """Such as `p-4k2qx7m3ab`, for the month that `now` is in."""
    made = salted_hmac(f"consent.audit.{kind}.{period(now)}", identity.bytes, algorithm="sha256").digest()
    return f"{kind}-{b32encode(made).decode().lower()[:LENGTH]}"


def period(now: datetime) -> str:
    return f"{timezone.localtime(now):%Y-%m}"


def kind_of(name: str) -> Kind | None:
    """What a name is of; None when it is no name."""
    shape = SHAPE.match(name)
    return Kind(shape[1]) if shape else None


def whose(name: str, ids: Iterable[UUID], now: datetime) -> UUID | None:
    """The one of these ids that has this name this month."""
    kind = kind_of(name)
    return next((identity for identity in ids if name_of(kind, identity, now) == name), None) if kind else None
