"""Whether a chain is what it was: every link counted, every hash made again, every seal tried.

A wrong link is named by its place, never by what it says. Reads through one cursor, so memory stays small however long the ledger
is. What is found where, and by what:

    a link changed, removed, put in, swapped     its hash, its number, the hash of the one before (anyone can check those)
    a chain made anew, from whichever link       its seals: nobody makes them without a key the database does not have
    a tail cut off, a whole chain removed        the checkpoints outside the database (`consent.checkpoints`); before the first of
                                                 them, decisions that the chain does not tell of

`consent.audit` puts these together.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from consent.models import ConsentEvent, ConsentRecord, ConsentSeal
from consent.seals import is_sealed, ledger_keys, microseconds

VERSION = b"beheard consent 1"
START = bytes(32)


class Link(NamedTuple):
    """A ConsentEvent as it is hashed; `hash` is not."""

    owner_id: UUID
    sequence: int
    at: datetime
    actor: bytes
    action: str
    content_type: str
    record_id: UUID
    session_id: UUID
    item_id: UUID
    digest: bytes
    previous_hash: bytes
    hash: bytes


class Seal(NamedTuple):
    sealed_at: datetime | None  # None: there is no seal
    key_id: bytes | None
    seal: bytes | None


class Fault(StrEnum):
    MISSING = "missing"  # the numbers jump: links are gone, or were never here
    BROKEN = "broken"  # does not follow from the link before it
    CHANGED = "changed"  # is not what was hashed
    UNSEALED = "unsealed"  # has no seal: written past the application
    FORGED = "forged"  # its seal is not of our making
    UNNOTED = "unnoted"  # a decision stands that the chain does not tell of
    CUT = "cut"  # stood here once: a checkpoint knows it, and it is gone with all that follows
    REPLACED = "replaced"  # a checkpoint knows another link at this number
    GONE = "gone"  # a checkpoint knows a chain of which no link is left
    UNANCHORED = "unanchored"  # old enough to stand in a checkpoint, and does not
    LOST = "lost"  # was written down outside the database, the database says, and is not there
    CHECKPOINT = "checkpoint"  # the file of checkpoints itself is not what was written


@dataclass(frozen=True)
class Finding:
    """The first wrong link of one person's chain; `sequence` is None for a decision that has no link.

    Of a fault in the checkpoints `owner_id` is None, and `sequence` the checkpoint's number.
    """

    owner_id: UUID | None
    sequence: int | None
    fault: Fault
    record_id: UUID | None = None

    def __str__(self):
        if self.owner_id is None:
            return f"checkpoint {self.sequence}: {self.fault}"
        at = f"link {self.sequence}" if self.sequence is not None else "no link"
        return f"{self.owner_id}: {at}, {self.fault}" + (f", record {self.record_id}" if self.record_id else "")


def link_hash(link: Link | ConsentEvent) -> bytes:
    """SHA-256 over every field of a link but its hash, as `door.append_consent` makes it."""
    message = hashlib.sha256(VERSION)
    for name in Link._fields[:-1]:
        encoded = _encoded(getattr(link, name))
        message.update(len(encoded).to_bytes(4, "big") + encoded)
    return message.digest()


def _encoded(value) -> bytes:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, int):
        return value.to_bytes(8, "big", signed=True)
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, str):
        return value.encode()
    return bytes(value)


# --- reading -----------------------------------------------------------------------------------------------------


def sealed_links(owner_id: UUID | None = None, *, chunk: int = 2000) -> Iterator[tuple[Link, Seal]]:
    """Every link the current actor sees with its seal, by person and number, through a cursor on the server."""
    events, seals = ConsentEvent._meta.db_table, ConsentSeal._meta.db_table
    query = f"""
        SELECT {", ".join(f"e.{name}" for name in Link._fields)}, s.sealed_at, s.key_id, s.seal
        FROM {events} e LEFT JOIN {seals} s ON s.owner_id = e.owner_id AND s.sequence = e.sequence
        {"WHERE e.owner_id = %s" if owner_id else ""} ORDER BY e.owner_id, e.sequence"""
    with connections[ConsentEvent.objects.db].chunked_cursor() as cursor:
        cursor.execute(query, [owner_id] if owner_id else [])
        while rows := cursor.fetchmany(chunk):
            yield from ((Link(*row[:-3]), Seal(*row[-3:])) for row in rows)


# --- the chain itself --------------------------------------------------------------------------------------------


class ChainCheck:
    """Takes links by person and number, and says of each whether it is wrong. After a person's first wrong link: silent."""

    def __init__(self):
        self.keys = ledger_keys()
        self.owner_id, self.number, self.head, self.wrong = None, 0, START, False

    def fault(self, link: Link, seal: Seal) -> Fault | None:
        if link.owner_id != self.owner_id:
            self.owner_id, self.number, self.head, self.wrong = link.owner_id, 0, START, False
        found = None if self.wrong else (self._link_fault(link) or self._seal_fault(link, seal))
        self.wrong = self.wrong or found is not None
        self.number, self.head = link.sequence, bytes(link.hash)
        return found

    def _link_fault(self, link: Link) -> Fault | None:
        if link.sequence != self.number + 1:
            return Fault.MISSING
        if bytes(link.hash) != link_hash(link):
            return Fault.CHANGED
        return None if bytes(link.previous_hash) == self.head else Fault.BROKEN

    def _seal_fault(self, link: Link, seal: Seal) -> Fault | None:
        if seal.seal is None:
            return Fault.UNSEALED
        named = {"owner_id": link.owner_id, "sequence": link.sequence, "hash": link.hash}
        return None if is_sealed(self.keys, **named, **seal._asdict()) else Fault.FORGED


def check_links(links: Iterable[tuple[Link, Seal]]) -> Iterator[Finding]:
    """The first wrong link of each person, from links ordered by person and number."""
    check = ChainCheck()
    for link, seal in links:
        if fault := check.fault(link, seal):
            yield Finding(link.owner_id, link.sequence, fault, link.record_id)


def verify_chains(owner_id: UUID | None = None, *, chunk: int = 2000) -> Iterator[Finding]:
    """The first wrong link of each chain the current actor sees (an auditor: all; a person: their own)."""
    yield from check_links(sealed_links(owner_id, chunk=chunk))


# --- decisions ---------------------------------------------------------------------------------------------------

# What the last link about a record must say, for each decision that stands.
NOTED_AS = """CASE r.decision WHEN 'GRANTED' THEN ARRAY['GRANTED', 'REGRANTED', 'COOLING', 'CROSSED']
              WHEN 'DENIED' THEN ARRAY['DECLINED'] ELSE ARRAY['REVOKED'] END"""


def decisions_without_link(owner_id: UUID | None = None) -> Iterator[Finding]:
    """Decisions that the chain does not tell of: its end was cut, or the decision was changed behind its back."""
    table, events = ConsentRecord._meta.db_table, ConsentEvent._meta.db_table
    query = f"""
        SELECT r.owner_id, r.id FROM {table} r LEFT JOIN (
          SELECT DISTINCT ON (e.owner_id, e.record_id) e.owner_id, e.record_id, e.action FROM {events} e
          WHERE (%(owner)s::uuid IS NULL OR e.owner_id = %(owner)s)
          ORDER BY e.owner_id, e.record_id, e.sequence DESC) last ON last.owner_id = r.owner_id AND last.record_id = r.id
        WHERE r.decision IS NOT NULL AND (%(owner)s::uuid IS NULL OR r.owner_id = %(owner)s)
          AND (last.action = ANY ({NOTED_AS})) IS NOT TRUE
        ORDER BY r.owner_id, r.id"""
    with connections[ConsentEvent.objects.db].chunked_cursor() as cursor:
        cursor.execute(query, {"owner": owner_id})
        while rows := cursor.fetchmany(1000):
            yield from (Finding(owner, None, Fault.UNNOTED, record) for owner, record in rows)
