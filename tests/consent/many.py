"""A long ledger: sealed links in good order, written past the doors as a superuser."""

import hashlib
import os
from datetime import timedelta
from uuid import UUID

from consent.seals import first_key, seal_of
from consent.verify import START, Link, link_hash
from tests.shared.couple import NOW

EVENT = Link._fields
SEAL = ("owner_id", "sequence", "sealed_at", "key_id", "seal")


def make_chains(superuser, *, people: int, links: int, begun=NOW, apart=timedelta(minutes=1)) -> list[UUID]:
    """`people` persons with `links` links each, the first at `begun`, the next `apart` from it. Returns their ids."""
    owners = sorted(UUID(bytes=os.urandom(16)) for _ in range(people))
    superuser.execute("SET session_replication_role = replica")
    rows = [chain(owner, links, begun, apart) for owner in owners]
    _copy(superuser, "consent_consentevent", EVENT, (link for chain in rows for link in chain))
    _copy(superuser, "consent_consentseal", SEAL, (sealed(link) for chain in rows for link in chain))
    heads = ((owner, links, links, 0) for owner in owners)
    _copy(superuser, "consent_consenthead", ("owner_id", "length", "sealed_length", "anchored_length"), heads)
    superuser.execute(
        "SET session_replication_role = origin; ANALYZE consent_consentevent; ANALYZE consent_consentseal"
    )
    return owners


def chain(owner: UUID, links: int, begun=NOW, apart=timedelta(minutes=1)) -> list[Link]:
    made, head = [], START
    mark = hashlib.sha256(owner.bytes)
    session = UUID(bytes=mark.digest()[:16])
    for number in range(1, links + 1):
        record = UUID(bytes=hashlib.sha256(owner.bytes + ((number + 1) // 2).to_bytes(8, "big")).digest()[:16])
        action = "OFFERED" if number % 2 else "DECLINED"
        at = begun + number * apart
        link = Link(owner, number, at, mark.digest(), action, "BOUNDARY", record, session, record, bytes(32), head, b"")
        head = link_hash(link)
        made.append(link._replace(hash=head))
    return made


def sealed(link: Link) -> tuple:
    key = first_key_once()
    values = {"owner_id": link.owner_id, "sequence": link.sequence, "hash": link.hash, "sealed_at": link.at}
    return link.owner_id, link.sequence, link.at, key.id, seal_of(key, **values)


_key = []


def first_key_once():
    if not _key:
        _key.append(first_key())
    return _key[0]


def _copy(superuser, table: str, columns: tuple, rows) -> None:
    with superuser.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
