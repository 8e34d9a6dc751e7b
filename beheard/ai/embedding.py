"""Which embedder is at work. Vectors of two embedders are never compared: each is kept with the name of its maker."""

from functools import cache

from beheard.ai.interface import Embedder
from beheard.ai.local_embedding import LocalEmbedder


@cache
def current_embedder() -> Embedder:
    """The one configured; without a configured model the local one."""
    return LocalEmbedder()


def is_local(embedder: Embedder) -> bool:
    """Whether it answers at once and sends nothing anywhere."""
    return isinstance(embedder, LocalEmbedder)
