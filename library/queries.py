"""Finding micro-experiments. As a partner, the guide or `joint`: published items only, by row-level security.

Vectors and full text find candidates; the order among them is made here, so that needs and situation count and five of
a kind don't come together. What is asked for is never stored.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection
from pgvector.django import CosineDistance

from beheard.rls.doors import door
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.vectors import embed
from library.words import NeedCategory, Status

CANDIDATES = 40
LONGEST_QUERY = 2_000
NEAR, WORDING, CATEGORY, NEED, SITUATION = 1.0, 0.25, 0.10, 0.08, 0.30  # weights of what speaks for an item
ALIKE, SAME_SITUATION = 0.5, 0.3  # how much likeness to items already chosen counts against the next
POOL = 30  # among how many of the best the different ones are chosen


@dataclass
class _Candidate:
    item: GlobalLibraryItem
    score: float = 0.0


def search(
    text: str, needs: Sequence[str] = (), situation: str = "", limit: int = 5, *, solo: bool | None = None
) -> list[GlobalLibraryItem]:
    """The best items for free text, needs (categories or plain words) and situation, best first.

    Each item carries `because`: the need categories it shares with what was asked. `solo` None means both kinds.
    """
    categories, words = _split(needs)
    ranked = _ranked(text, categories, words, situation, solo)
    return [_because(candidate.item, categories) for candidate in ranked[:limit]]


def suggestions_for(
    need_categories: Sequence[str],
    need_words: Sequence[str] = (),
    exclude_ids: Iterable[UUID] = (),
    limit: int = 5,
    solo: bool = False,
    *,
    situation: str = "",
) -> list[GlobalLibraryItem]:
    """Different items for what a couple has in common (or, `solo`, for one person), without those excluded.

    Each fits a category asked for as long as there are such; each new one is as unlike the earlier ones as it can be.
    Items carry `because`. The same question has the same answer.
    """
    excluded = set(exclude_ids)
    categories = [category for category in dict.fromkeys(need_categories) if category in NeedCategory.values]
    ranked = _ranked("", categories, list(need_words), situation, solo)
    left = [candidate for candidate in ranked if candidate.item.pk not in excluded]
    fitting = [c for c in left if not categories or set(c.item.need_categories) & set(categories)]
    chosen = _diverse(fitting, limit, categories)
    if len(chosen) < limit:
        taken = excluded | {candidate.item.pk for candidate in chosen}
        chosen += _more(categories, taken, limit - len(chosen), solo)
    return [_because(candidate.item, categories) for candidate in chosen]


def like(item: GlobalLibraryItem, limit: int = 3, *, least: float = 0.5) -> list[tuple[GlobalLibraryItem, float]]:
    """Other items whose words are near, with their cosine similarity, nearest first: for finding duplicates."""
    own = LibraryEmbedding.objects.filter(item_id=item.pk).first()
    if own is None:
        return []
    distance = CosineDistance("embedding", own.embedding)
    others = LibraryEmbedding.objects.exclude(item_id=item.pk).annotate(distance=distance).order_by("distance")
    near = {pk: 1 - far for pk, far in others.values_list("item_id", "distance")[:limit] if 1 - far >= least}
    items = GlobalLibraryItem.objects.filter(pk__in=near).order_by("slug")
    return sorted(((other, near[other.pk]) for other in items), key=lambda pair: -pair[1])


# --- candidates ---------------------------------------------------------------------------------


def _ranked(
    text: str, categories: Sequence[str], words: Sequence[str], situation: str, solo: bool | None
) -> list[_Candidate]:
    labels = [str(NeedCategory(category).label).lower() for category in categories]
    asked = " ".join(filter(None, [text, situation, *words, *labels]))[:LONGEST_QUERY].replace("\0", " ").strip()
    if not asked:
        return []
    wording = {row["item_id"]: row["rank"] for row in door("search_library", asked, solo, CANDIDATES)}
    vector = embed([asked])[0].tolist()
    distances = _distances({*_nearest(vector, solo), *wording}, vector)
    items = GlobalLibraryItem.objects.filter(pk__in=distances, status=Status.PUBLISHED).order_by("slug")
    highest = max(wording.values(), default=0.0) or 1.0
    candidates = [
        _Candidate(
            item,
            NEAR * (1 - distances[item.pk])
            + WORDING * wording.get(item.pk, 0.0) / highest
            + _fit(item, set(categories), set(words), situation),
        )
        for item in items
    ]
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.item.slug))


def _nearest(vector: list[float], solo: bool | None) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.ef_search', '200', true), set_config('hnsw.iterative_scan', 'relaxed_order', true)"
        )
    found = LibraryEmbedding.objects.filter(status=Status.PUBLISHED)
    if solo is not None:
        found = found.filter(solo=solo)
    return list(found.order_by(CosineDistance("embedding", vector)).values_list("item_id", flat=True)[:CANDIDATES])


def _distances(ids: set[UUID], vector: list[float]) -> dict[UUID, float]:
    found = LibraryEmbedding.objects.filter(item_id__in=ids).order_by("item_id")
    return dict(found.values_list("item_id", CosineDistance("embedding", vector)))


def _more(categories: Sequence[str], taken: set[UUID], count: int, solo: bool) -> list[_Candidate]:
    """When similarity ran dry: others that fit a category, then any."""
    items = GlobalLibraryItem.objects.filter(status=Status.PUBLISHED, solo=solo).exclude(pk__in=taken).order_by("slug")
    found = list(items.filter(need_categories__overlap=list(categories))[:count]) if categories else []
    if len(found) < count:
        found += list(items.exclude(pk__in=[item.pk for item in found])[: count - len(found)])
    return [_Candidate(item) for item in found]


# --- order --------------------------------------------------------------------------------------


def _fit(item: GlobalLibraryItem, categories: set[str], words: set[str], situation: str) -> float:
    return (
        CATEGORY * len(categories & set(item.need_categories))
        + NEED * len({word.lower() for word in words} & set(item.needs))
        + SITUATION * (bool(situation) and situation.lower() == item.situation.lower())
    )


def _diverse(candidates: list[_Candidate], limit: int, categories: Sequence[str]) -> list[_Candidate]:
    """Maximal marginal relevance, with each category asked for served once before any is served twice."""
    left = candidates[:POOL]
    vectors = _vectors(left)
    chosen: list[_Candidate] = []
    while left and len(chosen) < limit:
        served = Counter(category for candidate in chosen for category in candidate.item.need_categories)
        least = min((served[category] for category in categories), default=0)
        wanted = {category for category in categories if served[category] == least}
        first = [candidate for candidate in left if wanted & set(candidate.item.need_categories)] or left
        best = max(first, key=lambda candidate: candidate.score - _alike(candidate, chosen, vectors))
        chosen.append(best)
        left.remove(best)
    return chosen


def _alike(candidate: _Candidate, chosen: list[_Candidate], vectors: dict[UUID, np.ndarray]) -> float:
    vector = vectors[candidate.item.pk]
    nearest = max((float(vector @ vectors[other.item.pk]) for other in chosen), default=0.0)
    same_situation = sum(candidate.item.situation == other.item.situation for other in chosen)
    return ALIKE * nearest + SAME_SITUATION * same_situation


def _vectors(candidates: list[_Candidate]) -> dict[UUID, np.ndarray]:
    found = LibraryEmbedding.objects.filter(item_id__in=[c.item.pk for c in candidates]).order_by("item_id")
    return {row.item_id: np.asarray(row.embedding, dtype=np.float32) for row in found}


def _split(needs: Sequence[str]) -> tuple[list[str], list[str]]:
    known = [need for need in needs if need in NeedCategory.values]
    return known, [need for need in needs if need not in NeedCategory.values]


def _because(item: GlobalLibraryItem, categories: Sequence[str]) -> GlobalLibraryItem:
    item.because = tuple(category for category in categories if category in item.need_categories)
    return item
