"""The ends of all chains, written down outside the database, so that a tail that was cut is missed.

One JSON object a line, in a file a month, only ever appended to. Each has its number, the hash of the line before it, the ends
(person, length, hash) of the chains that have grown since, and an Ed25519 signature. Ed25519, not HMAC: a copy can be given to
anyone, who can verify it with the public key and make none. The private key is derived from LEDGER_KEYS.
"""

import fcntl
import hashlib
import json
import os
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from beheard.rls.doors import door
from consent.seals import first_key, is_sealed, ledger_keys

MOST_HEADS = 500  # in a line
TAIL_BYTES = 500_000  # a line has at most about 70,000
START = "0" * 64


class Head(NamedTuple):
    owner_id: UUID
    length: int
    hash: bytes


# --- writing -----------------------------------------------------------------------------------------------------


def anchor(*, now: datetime) -> int:
    """Write down the ends of all chains that have grown. Call as the system, in a transaction. Returns how many.

    One process at a time. A line that was written and not noted in the database is written again: that does no harm. An end whose
    seal is not ours is left out: it will be missed, and `verify_ledger` says so.
    """
    keys, anchored = ledger_keys(), 0
    with _alone():
        while rows := door("heads_to_anchor", MOST_HEADS):
            ours = [row for row in rows if is_sealed(keys, **row)]
            if ours:
                _append([Head(row["owner_id"], row["sequence"], bytes(row["hash"])) for row in ours], now)
                door("heads_anchored", [row["owner_id"] for row in ours], [row["sequence"] for row in ours])
            anchored += len(ours)
            if len(rows) < MOST_HEADS or not ours:
                return anchored
    return anchored


def _append(heads: list[Head], now: datetime) -> None:
    key, last = first_key(), _last_line()
    entry = {
        "number": json.loads(last)["number"] + 1 if last else 1,
        "at": now.isoformat(),
        "previous": _hash(last) if last else START,
        "heads": [[str(head.owner_id), head.length, head.hash.hex()] for head in heads],
        "key": key.id.hex(),
    }
    entry["signature"] = b64encode(key.signing.sign(_signed_part(entry))).decode()
    file = os.open(folder() / f"{now:%Y-%m}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(file, "ab") as stream:
        stream.write(_line(entry) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def folder() -> Path:
    return Path(settings.LEDGER_CHECKPOINT_FOLDER)


def files() -> list[Path]:
    """Oldest first."""
    return sorted(folder().glob("????-??.jsonl"))


@contextmanager
def _alone():
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last_line() -> bytes | None:
    """The last whole line of the newest file. What a crash left half written is ended first, so that it stands alone."""
    for path in reversed(files()):
        with path.open("rb+") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL_BYTES))
            tail = stream.read()
            if tail and not tail.endswith(b"\n"):
                stream.write(b"\n")
        whole = [line for line in tail.splitlines() if _parsed(line) is not None]
        if whole:
            return whole[-1]
    return None


def _line(entry: dict) -> bytes:
    return json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()


def _signed_part(entry: dict) -> bytes:
    return b"beheard checkpoint 1\n" + _line({name: value for name, value in entry.items() if name != "signature"})


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


# --- reading -----------------------------------------------------------------------------------------------------


def _parsed(line: bytes) -> dict | None:
    try:
        entry = json.loads(line)
        return entry if isinstance(entry.get("number"), int) else None
    except (ValueError, AttributeError):
        return None


def is_signed(entry: dict) -> bool:
    """Whether one of our keys signed this checkpoint."""
    try:
        key = ledger_keys()[bytes.fromhex(entry["key"])]
        key.signing.public_key().verify(b64decode(entry["signature"]), _signed_part(entry))
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return False
    return True


def public_keys() -> dict[str, str]:
    """Key id → Ed25519 public key, both in hex: what someone needs to verify a copy of the checkpoints."""
    raw = (Encoding.Raw, PublicFormat.Raw)
    return {key.id.hex(): key.signing.public_key().public_bytes(*raw).hex() for key in ledger_keys().values()}


class Checkpoints:
    """What the files know, in a temporary table on disk: memory does not grow with them.

    `faults` are the numbers at which something stands that was not written so, or is missing.
    """

    def __init__(self, said_to_stand: Iterable[tuple[UUID, int]] = ()):
        self._table = sqlite3.connect("")  # a file without a name, gone when closed
        self._table.execute("CREATE TABLE said (owner BLOB PRIMARY KEY, length INT) WITHOUT ROWID")
        said = ((owner.bytes, length) for owner, length in said_to_stand)
        self._table.executemany("INSERT INTO said VALUES (?, ?)", said)
        self._table.execute(
            "CREATE TABLE head (owner BLOB, length INT, hash BLOB, PRIMARY KEY (owner, length)) WITHOUT ROWID"
        )
        self.faults: list[int] = []
        with self._table:
            self._read()

    def _read(self) -> None:
        number, previous = 0, START
        for line in self._lines():
            entry = _parsed(line)
            if entry is None:
                continue  # half a line, from a crash; of a spoilt one the next would not follow, or its ends be missed
            number += 1
            if entry["number"] != number or entry.get("previous") != previous or not is_signed(entry):
                self.faults.append(number)
                number = entry["number"]
            else:
                self._note(entry)
            previous = _hash(line)

    def _lines(self) -> Iterator[bytes]:
        for path in files():
            with path.open("rb") as stream:
                yield from (line.rstrip(b"\n") for line in stream)

    def _note(self, entry: dict) -> None:
        heads = [(UUID(owner).bytes, length, bytes.fromhex(hash)) for owner, length, hash in entry["heads"]]
        self._table.executemany("INSERT OR IGNORE INTO head VALUES (?, ?, ?)", heads)

    def heads(self, owner_id: UUID | None = None) -> Iterator[Head]:
        """Every end that was ever written down, by person and length: the order of the database's uuids."""
        where, values = ("WHERE owner = ?", [owner_id.bytes]) if owner_id else ("", [])
        rows = self._table.execute(f"SELECT owner, length, hash FROM head {where} ORDER BY owner, length", values)
        return (Head(UUID(bytes=owner), length, hash) for owner, length, hash in rows)

    def lost(self) -> Iterator[tuple[UUID, int]]:
        """Ends that are said to stand here, and don't."""
        longest = "(SELECT max(length) FROM head WHERE head.owner = said.owner)"
        rows = self._table.execute(
            f"SELECT owner, length FROM said WHERE length > coalesce({longest}, 0) ORDER BY owner"
        )
        return ((UUID(bytes=owner), length) for owner, length in rows)

    def close(self) -> None:
        self._table.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
