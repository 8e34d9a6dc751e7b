"""Embeddings of a private vessel are stored through a signed permutation that only its data key can repeat.

An orthogonal transform keeps every cosine inside the vessel; without the key a vector can't be inverted into text
nor compared across vessels (DESIGN §8).
"""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.views.decorators.debug import sensitive_variables

DIMENSIONS = 1536


@sensitive_variables()
def transform(key: bytes, vectors: np.ndarray) -> np.ndarray:
    """`vectors` of shape (1536,) or (n, 1536), permuted and signed by `key` (32 bytes); same shape and dtype.

    Deterministic for ever: it rests on HKDF and AES-CTR, not on a random generator that may change.
    """
    if vectors.shape[-1:] != (DIMENSIONS,):
        raise ValueError(f"An embedding has {DIMENSIONS} dimensions.")
    order, signs = _signed_permutation(key)
    return vectors[..., order] * signs.astype(vectors.dtype)


@sensitive_variables()
def _signed_permutation(key: bytes) -> tuple[np.ndarray, np.ndarray]:
    stream = _keystream(key, DIMENSIONS * 9)
    order = np.argsort(np.frombuffer(stream, dtype="<u8", count=DIMENSIONS), kind="stable")
    signs = np.frombuffer(stream, dtype=np.uint8, offset=DIMENSIONS * 8).astype(np.int8) % 2 * 2 - 1
    return order, signs


@sensitive_variables()
def _keystream(key: bytes, length: int) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"beheard embedding transform 1").derive(key)
    return Cipher(algorithms.AES(derived), modes.CTR(bytes(16))).encryptor().update(bytes(length))
