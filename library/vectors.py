"""Embeddings of the library: made from an item's own words and nothing else."""

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

import numpy as np

from beheard.ai.local_embedding import LocalEmbedder
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.words import SITUATION_WORDS, NeedCategory

EMBEDDER = LocalEmbedder()
# What every plain form says says nothing about any of them.
FRAME = re.compile(r"^For (one|two|three) \w+,? |(We|I)'ll know it helped if")


@cache
def model_name() -> str:
    """The embedder and a sign of how it embeds now: when its lexicon changes, so does this, and all is made anew."""
    probe = EMBEDDER.embed(list(SITUATION_WORDS.values()))
    return f"{EMBEDDER.name}/{sha256(probe.tobytes()).hexdigest()[:16]}"


def words_of(item: GlobalLibraryItem) -> str:
    """What an item is found by: what it is and is for. Not its cautions: "not when hurt" must not find the hurt."""
    categories = " ".join(NeedCategory(category).label.lower() for category in item.need_categories)
    situation = f"{item.situation}: {SITUATION_WORDS.get(item.situation, '')}"
    plain = FRAME.sub(" ", item.plain)
    return f"{item.title}. {item.description} {plain} {item.cues} {situation}. {', '.join(item.needs)}. {categories}"


def embed(texts: list[str]) -> np.ndarray:
    """Shape `(len(texts), 1536)`, float32, L2-normalised."""
    return EMBEDDER.embed(texts)


def sounds_like(vector: np.ndarray) -> dict[str, float]:
    """How near the vector of what was said lies to each situation: cosine similarity."""
    return dict(zip(SITUATION_WORDS, (_situations() @ vector).tolist(), strict=True))


@cache
def _situations() -> np.ndarray:
    return EMBEDDER.embed([f"{name}: {words}" for name, words in SITUATION_WORDS.items()])


def as_halfvec(vector: np.ndarray) -> str:
    """A vector as PostgreSQL reads it."""
    return f"[{','.join(f'{value:.5g}' for value in vector.tolist())}]"


def from_wire(sent: bytes) -> np.ndarray:
    """`(1536,)` float32 from what `halfvec_send` gives: two numbers of two bytes, then half floats, all big-endian."""
    return np.frombuffer(sent, dtype=">f2", offset=4).astype(np.float32)


def refresh_embeddings(items: Iterable[GlobalLibraryItem]) -> int:
    """Make or renew the embeddings that their items' words no longer match; how many were. As a curator."""
    made_from = {item.pk: (item, _key(words_of(item))) for item in items}
    known = LibraryEmbedding.objects.filter(item_id__in=made_from, model_name=model_name())
    current = dict(known.values_list("item_id", "made_from"))
    stale = [(item, key) for pk, (item, key) in made_from.items() if current.get(pk) != key]
    if not stale:
        return 0
    vectors = embed([words_of(item) for item, _key in stale])
    LibraryEmbedding.objects.bulk_create(
        [_embedding(item, key, vector) for (item, key), vector in zip(stale, vectors, strict=True)],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["embedding", "model_name", "made_from"],
        batch_size=200,
    )
    return len(stale)


def embed_anew(items: Iterable[GlobalLibraryItem]) -> int:
    """Make the vectors of these items, whether or not they seem up to date; how many. As a curator."""
    items = list(items)
    LibraryEmbedding.objects.filter(item_id__in=[item.pk for item in items]).delete()
    return refresh_embeddings(items)


def is_embedded(item: GlobalLibraryItem) -> bool:
    """Whether the item has a vector of the words it holds now, by the embedder in use."""
    return LibraryEmbedding.objects.filter(item=item, model_name=model_name(), made_from=_key(words_of(item))).exists()


def items_without_embedding() -> list[GlobalLibraryItem]:
    """Items that have none, or one of an embedder no longer in use."""
    embedded = LibraryEmbedding.objects.filter(model_name=model_name()).values("item_id")
    return list(GlobalLibraryItem.objects.exclude(pk__in=embedded).order_by("slug"))


def _embedding(item: GlobalLibraryItem, key: str, vector: np.ndarray) -> LibraryEmbedding:
    return LibraryEmbedding(
        item_id=item.pk,
        status=item.status,
        solo=item.solo,
        embedding=vector.tolist(),
        model_name=model_name(),
        made_from=key,
    )


def _key(words: str) -> str:
    return sha256(words.encode()).hexdigest()
