"""Which embedder is at work. Vectors of two embedders are never compared: each is kept with the name of its maker."""

from functools import cache, lru_cache

from beheard.ai.endpoint import Endpoint, endpoint
from beheard.ai.interface import Embedder
from beheard.ai.local_embedding import LocalEmbedder


def current_embedder() -> Embedder:
    """The one configured; without a configured model the local one."""
    configured = endpoint()
    return _with_model(configured) if configured and configured.embedding else _local()


@cache
def _local() -> Embedder:
    return LocalEmbedder()


@lru_cache(maxsize=4)
def _with_model(configured: Endpoint) -> Embedder:
    from beheard.ai.openai_embedding import OpenAIEmbedder  # takes a second to import, and only some need it

    return OpenAIEmbedder(configured)


def is_local(embedder: Embedder) -> bool:
    """Whether it answers at once and sends nothing anywhere."""
    return isinstance(embedder, LocalEmbedder)
