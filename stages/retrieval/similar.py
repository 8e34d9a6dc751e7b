"""By likeness: candidates only. What is found is still subject to vessel, stage and consent (DESIGN §6).

A person's own moments are found by their stored vectors, inside their vessel. What is shared, and needs, are few: they are
compared here and now, by the local embedder, so that nothing of them is kept that a revocation would have to reach.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from beheard.ai.local_embedding import LocalEmbedder
from stages import embeddings
from stages.retrieval.plans import Plan
from stages.retrieval.queries import SimilarMoments

Item = TypeVar("Item")
LOCAL = LocalEmbedder()


def vectors_for(plan: Plan) -> Mapping[str, np.ndarray]:
    """Vectors of what a plan seeks among stored ones. May ask a far embedder: call it outside any transaction."""
    sought = [query.text for query in plan.accepted if isinstance(query, SimilarMoments)]
    return embeddings.vectors_of(sought)


def nearest(text: str, items: Sequence[tuple[str, Item]], limit: int) -> list[Item]:
    """The items whose words are nearest to a text, nearest first; the earlier one of two that are equally near."""
    if not items:
        return []
    vectors = LOCAL.embed([text, *(words for words, _item in items)])
    likeness = vectors[1:] @ vectors[0]
    order = np.argsort(-likeness, kind="stable")[:limit]
    return [items[index][1] for index in order]
