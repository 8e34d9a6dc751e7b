"""What the database can't do: sealing a link of the ledger.

A seal is an HMAC-SHA256 over a link's person, number and hash and the application's time, under a key from the environment
(`LEDGER_KEYS`: the first seals, all verify). Whoever has the whole database, its owner included, can make a chain that is whole
in itself, and not one seal of it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.debug import sensitive_variables

KEY_BYTES = 32
SEAL = b"beheard consent seal 1"
CHECKPOINT = b"beheard consent checkpoint 1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LedgerKey:
    """One of LEDGER_KEYS: a key to seal links with, and one to sign checkpoints with."""

    id: bytes  # 8 bytes that name it and tell nothing of it
    sealing: bytes
    signing: Ed25519PrivateKey

    def __repr__(self):
        return f"LedgerKey({self.id.hex()})"


@sensitive_variables()
def ledger_keys() -> dict[bytes, LedgerKey]:
    """By id, in the order of LEDGER_KEYS. Raises ImproperlyConfigured when the list is no use."""
    keys = [bytes(key) for key in settings.LEDGER_KEYS]
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ImproperlyConfigured("LEDGER_KEYS must list at least one key, each of 32 bytes.")
    return {key.id: key for key in map(_made_from, keys)}


@sensitive_variables()
def _made_from(key: bytes) -> LedgerKey:
    return LedgerKey(
        id=hashlib.sha256(b"beheard ledger key\0" + key).digest()[:8],
        sealing=_derived(key, SEAL),
        signing=Ed25519PrivateKey.from_private_bytes(_derived(key, CHECKPOINT)),
    )


@sensitive_variables()
def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def first_key() -> LedgerKey:
    return next(iter(ledger_keys().values()))


@sensitive_variables()
def seal_of(key: LedgerKey, *, owner_id: UUID, sequence: int, hash: bytes, sealed_at: datetime) -> bytes:
    """32 bytes."""
    fields = (SEAL, owner_id.bytes, sequence.to_bytes(8, "big"), bytes(hash), microseconds(sealed_at))
    message = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return hmac.digest(key.sealing, message, "sha256")


def is_sealed(keys: dict[bytes, LedgerKey], *, key_id: bytes, seal: bytes, **link) -> bool:
    """Whether this seal was made by one of these keys for exactly this link (named as for `seal_of`)."""
    key = keys.get(bytes(key_id))
    return key is not None and hmac.compare_digest(seal_of(key, **link), bytes(seal))


def microseconds(moment: datetime) -> bytes:
    return ((moment - EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)
