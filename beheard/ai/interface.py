"""What the house asks of a language model. Implementations live beside this file; nothing above is imported here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, runtime_checkable

import numpy as np
from pydantic import BaseModel

EMBEDDING_DIMENSIONS = 1536

Structure = TypeVar("Structure", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@runtime_checkable
class ChatModel(Protocol):
    """A language model that writes words or fills in a form."""

    name: str

    def stream(self, messages: Sequence[ChatMessage], *, max_tokens: int, temperature: float = 0.7) -> Iterator[str]:
        """Yield the answer in pieces, in order; joined together they are the whole answer."""

    def structured(self, messages: Sequence[ChatMessage], *, answer: type[Structure], max_tokens: int) -> Structure:
        """Return an instance of `answer` that passed its validation; raise `UnusableAnswer` if there is none."""


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how near their meanings are."""

    name: str

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return shape `(len(texts), 1536)`, float32, each row L2-normalised."""
