"""Vectors from a model behind any OpenAI-compatible server."""

import os
from collections.abc import Sequence

import numpy as np

from beheard.ai import budget
from beheard.ai.calls import NotTaken, calls_to
from beheard.ai.endpoint import Endpoint
from beheard.ai.errors import ModelAway, ModelMisconfigured
from beheard.ai.interface import EMBEDDING_DIMENSIONS

AT_ONCE = 64
LONGEST = 8_000  # characters of one text; the start of a longer one stands for it


class OpenAIEmbedder:
    """Rows of 1536 numbers: shorter vectors are filled up with zeros, which changes no cosine; longer ones are refused."""

    def __init__(self, endpoint: Endpoint):
        self.endpoint, self.name = endpoint, f"model {endpoint.embedding}"[:80]  # vectors are kept under it

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return shape `(len(texts), 1536)`, float32, L2-normalised. Raises ModelAway, ModelMisconfigured or BudgetSpent."""
        rows = [row for start in range(0, len(texts), AT_ONCE) for row in self._asked(texts[start : start + AT_ONCE])]
        return fitted(rows) if rows else np.zeros((0, EMBEDDING_DIMENSIONS), dtype=np.float32)

    def _asked(self, texts: Sequence[str]) -> list[list[float]]:
        calls = calls_to(self.endpoint, os.getpid())
        sent = [text[:LONGEST] or " " for text in texts]
        tokens = sum(map(budget.tokens_of, sent))
        budget.check(tokens)

        def ask() -> list[list[float]]:
            answer = calls.client.embeddings.create(model=self.endpoint.embedding, input=sent, encoding_format="float")
            rows = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
            if len(rows) != len(sent):
                raise ModelAway("vectors are missing")
            return rows

        try:
            rows = calls.call(ask)
        except NotTaken:
            raise ModelMisconfigured("the server does not take what it is asked") from None
        budget.spend(tokens)
        return rows


def fitted(rows: list[list[float]]) -> np.ndarray:
    """The vectors in our size, of length 1. Raises ModelMisconfigured for larger ones and for what is no vector."""
    width = len(rows[0])
    if width > EMBEDDING_DIMENSIONS:
        raise ModelMisconfigured(
            f"this model makes vectors of {width} numbers; BeHeard keeps {EMBEDDING_DIMENSIONS}. Choose a smaller one"
        )
    if not width or any(len(row) != width for row in rows):
        raise ModelMisconfigured("the vectors are of different sizes")
    found = np.zeros((len(rows), EMBEDDING_DIMENSIONS), dtype=np.float32)
    found[:, :width] = rows
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths < 1e-9).any():
        raise ModelMisconfigured("the model makes vectors without length")
    return found / lengths
