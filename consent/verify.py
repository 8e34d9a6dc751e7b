"""Whether a chain is what it was: every link counted, every hash made again.

A wrong link is named by its place, never by what it says. Reads through one cursor, so memory stays small however long the
ledger is. A chain that someone made anew from its first link, or cut at its end, is whole in itself: those are found where
decisions and chain disagree (`decisions_without_link`), and by the seal of the ledger.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connections

from consent.models import ConsentEvent, ConsentRecord

VERSION = b"beheard consent 1"
START = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LINK_FIELDS = (
    "owner_id",
    "sequence",
    "at",
    "actor",
    "action",
    "content_type",
    "record_id",
    "session_id",
    "item_id",
    "digest",
    "previous_hash",
)


class Fault(StrEnum):
    MISSING = "missing"  # the numbers jump: links are gone, or were never here
    BROKEN = "broken"  # does not follow from the link before it
    CHANGED = "changed"  # is not what was hashed
    UNNOTED = "unnoted"  # a decision stands that the chain does not tell of


@dataclass(frozen=True)
class Finding:
    """The first wrong link of one person's chain; `sequence` is None for a decision that has no link."""

    owner_id: UUID
    sequence: int | None
    fault: Fault
    record_id: UUID

    def __str__(self):
        at = f"link {self.sequence}" if self.sequence is not None else "no link"
        return f"{self.owner_id}: {at}, {self.fault}, record {self.record_id}"


def link_hash(link: ConsentEvent) -> bytes:
    """SHA-256 over every field of a link but its hash, as `door.append_consent` makes it."""
    message = hashlib.sha256(VERSION)
    for name in LINK_FIELDS:
        encoded = _encoded(getattr(link, name))
        message.update(len(encoded).to_bytes(4, "big") + encoded)
    return message.digest()


def _encoded(value) -> bytes:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, int):
        return value.to_bytes(8, "big", signed=True)
    if isinstance(value, datetime):
        return ((value - EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)
    if isinstance(value, str):
        return value.encode()
    return bytes(value)


def check_links(links: Iterable[ConsentEvent]) -> Iterator[Finding]:
    """The first wrong link of each person, from links ordered by person and number."""
    owner, number, head, wrong = None, 0, START, False
    for link in links:
        if link.owner_id != owner:
            owner, number, head, wrong = link.owner_id, 0, START, False
        if wrong:
            continue
        fault = _fault(link, number + 1, head)
        if fault:
            wrong = True
            yield Finding(link.owner_id, link.sequence, fault, link.record_id)
        number, head = link.sequence, bytes(link.hash)


def _fault(link: ConsentEvent, number: int, head: bytes) -> Fault | None:
    if link.sequence != number:
        return Fault.MISSING
    if bytes(link.hash) != link_hash(link):
        return Fault.CHANGED
    return None if bytes(link.previous_hash) == head else Fault.BROKEN


def verify_chains(owner_id: UUID | None = None, *, chunk: int = 2000) -> Iterator[Finding]:
    """The first wrong link of each chain the current actor sees (an auditor: all; a person: their own)."""
    links = ConsentEvent.objects.order_by("owner_id", "sequence")
    if owner_id is not None:
        links = links.filter(owner_id=owner_id)
    yield from check_links(links.iterator(chunk_size=chunk))


# What the last link about a record must say, for each decision that stands.
NOTED_AS = """CASE r.decision WHEN 'GRANTED' THEN ARRAY['GRANTED', 'REGRANTED', 'COOLING', 'CROSSED']
              WHEN 'DENIED' THEN ARRAY['DECLINED'] ELSE ARRAY['REVOKED'] END"""


def decisions_without_link(owner_id: UUID | None = None) -> Iterator[Finding]:
    """Decisions that the chain does not tell of: its end was cut, or the decision was changed behind its back."""
    table, events = ConsentRecord._meta.db_table, ConsentEvent._meta.db_table
    query = f"""
        SELECT r.owner_id, r.id FROM {table} r LEFT JOIN LATERAL (
          SELECT e.action FROM {events} e WHERE e.owner_id = r.owner_id AND e.record_id = r.id
          ORDER BY e.sequence DESC LIMIT 1) last ON true
        WHERE r.decision IS NOT NULL AND (%(owner)s::uuid IS NULL OR r.owner_id = %(owner)s)
          AND (last.action = ANY ({NOTED_AS})) IS NOT TRUE
        ORDER BY r.owner_id, r.id"""
    with connections[ConsentEvent.objects.db].cursor() as cursor:
        cursor.execute(query, {"owner": owner_id})
        while rows := cursor.fetchmany(1000):
            yield from (Finding(owner, None, Fault.UNNOTED, record) for owner, record in rows)
