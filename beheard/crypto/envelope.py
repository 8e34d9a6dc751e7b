"""AES-256-GCM, twice: data keys wrapped by a master key, words sealed by a data key.

wrapped key:  version (1) | master key fingerprint (8) | nonce (12) | ciphertext and tag
sealed words: version (1) | key id (16)                | nonce (12) | ciphertext and tag

Words are padded to a multiple of 32 bytes before sealing, so that a length does not tell one feeling from another.
"""

from __future__ import annotations

import hashlib
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.debug import sensitive_variables

from beheard.crypto.errors import MasterKeyMissing, WordsTampered
from beheard.crypto.keys import DataKey, KeyScope

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
FINGERPRINT_BYTES = 8
KEY_ID_BYTES = 16
PADDING_BLOCK = 32


# --- data keys -----------------------------------------------------------------------------------
def new_material() -> bytes:
    return os.urandom(KEY_BYTES)


def fingerprint(master_key: bytes) -> bytes:
    """Names a master key without telling it: 8 bytes of a hash over a key of full entropy."""
    return hashlib.sha256(b"beheard master key fingerprint\0" + master_key).digest()[:FINGERPRINT_BYTES]


@sensitive_variables()
def master_keys() -> dict[bytes, bytes]:
    """Fingerprint → key, in the order of MASTER_KEYS. Raises ImproperlyConfigured when the list is no use."""
    keys = [bytes(key) for key in settings.MASTER_KEYS]
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ImproperlyConfigured("MASTER_KEYS must list at least one key, each of 32 bytes.")
    return {fingerprint(key): key for key in keys}


def wrapping_fingerprint() -> bytes:
    """The fingerprint of the master key that wraps new keys: the first."""
    return next(iter(master_keys()))


@sensitive_variables()
def wrap(key: DataKey) -> bytes:
    """The data key under the first master key, bound to the key's id, kind, vessel and owner."""
    name, master_key = next(iter(master_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + name + nonce + AESGCM(master_key).encrypt(nonce, key.material, _wrap_bond(key.id, key.scope))


@sensitive_variables()
def unwrap(wrapped: bytes, key_id: UUID, scope: KeyScope) -> DataKey:
    """The data key. Raises MasterKeyMissing, or WordsTampered when the blob was altered or belongs to another row."""
    name, nonce, ciphertext = _split(wrapped, FINGERPRINT_BYTES)
    master_key = master_keys().get(name)
    if master_key is None:
        raise MasterKeyMissing
    return DataKey(key_id, scope, _decrypt(master_key, nonce, ciphertext, _wrap_bond(key_id, scope)))


def wrapped_by(wrapped: bytes) -> str:
    """The fingerprint a wrapped key carries, as the text of `VesselKey.master_key_id`."""
    return _split(wrapped, FINGERPRINT_BYTES)[0].hex()


def _wrap_bond(key_id: UUID, scope: KeyScope) -> bytes:
    kind, vessel_id, owner_id = scope.identity
    return _bond(b"vessel key", key_id.bytes, kind.encode(), vessel_id.bytes, owner_id.bytes if owner_id else b"")


# --- words ---------------------------------------------------------------------------------------
@sensitive_variables()
def seal(key: DataKey, words: bytes, *place: str) -> bytes:
    """`words` sealed by `key` and bound to `place` (table, column, primary key; or "stream" and its id)."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + key.id.bytes + nonce + AESGCM(key.material).encrypt(nonce, _pad(words), _place_bond(key.id, place))


@sensitive_variables()
def unseal(key: DataKey, sealed: bytes, *place: str) -> bytes:
    """What was sealed at this `place` with this `key`; WordsTampered for anything else."""
    name, nonce, ciphertext = _split(sealed, KEY_ID_BYTES)
    if name != key.id.bytes:
        raise WordsTampered
    return _unpad(_decrypt(key.material, nonce, ciphertext, _place_bond(key.id, place)))


def key_id_of(sealed: bytes) -> UUID:
    """Which key sealed these bytes. Raises WordsTampered when they can't be sealed words."""
    return UUID(bytes=_split(sealed, KEY_ID_BYTES)[0])


def _place_bond(key_id: UUID, place: tuple[str, ...]) -> bytes:
    return _bond(b"words", key_id.bytes, *(part.encode() for part in place))


# --- both ----------------------------------------------------------------------------------------
def _bond(*parts: bytes) -> bytes:
    """Associated data: each part with its length, so that no two lists of parts look alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (b"beheard", VERSION, *parts))


def _split(blob: bytes, name_bytes: int) -> tuple[bytes, bytes, bytes]:
    head = 1 + name_bytes + NONCE_BYTES
    if len(blob) < head + TAG_BYTES or blob[:1] != VERSION:
        raise WordsTampered
    return blob[1 : 1 + name_bytes], blob[1 + name_bytes : head], blob[head:]


@sensitive_variables()
def _decrypt(material: bytes, nonce: bytes, ciphertext: bytes, bond: bytes) -> bytes:
    try:
        return AESGCM(material).decrypt(nonce, ciphertext, bond)
    except InvalidTag:
        raise WordsTampered from None


@sensitive_variables()
def _pad(words: bytes) -> bytes:
    return words + b"\x80" + bytes(-(len(words) + 1) % PADDING_BLOCK)


@sensitive_variables()
def _unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
