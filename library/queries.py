"""Finding micro-experiments. As a partner, the guide or `joint`: published items only, by row-level security.

A door finds candidates by vectors and by words in one statement; the order among them is made here, so that needs,
situation and effort count and five of a kind don't come together; a second statement fetches what was chosen. What is
asked for is never stored.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import BinaryField, Func
from pgvector.django import CosineDistance

from beheard.rls.doors import door
from library.models import GlobalLibraryItem, LibraryEmbedding
from library.vectors import as_halfvec, embed, from_wire, sounds_like
from library.words import NeedCategory, Status, reason

CANDIDATES = 40
LONGEST_QUERY = 2_000
NEAR, WORDING, CATEGORY, NEED, SITUATION, SOUNDS_LIKE = 1.0, 0.25, 0.10, 0.08, 0.60, 0.3  # what speaks for an item
ALIKE, SAME_SITUATION = 0.5, 0.3  # how much likeness to items already chosen counts against the next
POOL = 30  # among how many of the best the different ones are chosen


@dataclass(frozen=True)
class Candidate:
    """An item as the order among items sees it."""

    item_id: UUID
    slug: str
    situation: str
    need_categories: frozenset[str]
    score: float


def search(
    text: str,
    needs: Sequence[str] = (),
    situation: str = "",
    limit: int = 5,
    *,
    solo: bool | None = None,
    most_effort: int | None = None,
) -> list[GlobalLibraryItem]:
    """The best items for free text, needs (categories or plain words) and situation, best first.

    Each item carries `because`, the need categories it shares with what was asked, and `reason`, the same in words ("For
    Connection and Fairness"; what it is for, where nothing is shared). `solo` None means both kinds;
    `most_effort` leaves out what asks for more.
    """
    categories, words = _split(needs)
    ranked = _ranked(text, categories, words, situation, solo, limit, most_effort)
    ids = [candidate.item_id for candidate in ranked[:limit]]
    items = {item.pk: item for item in _published().filter(pk__in=ids).order_by("slug")} if ids else {}
    return [_because(items[pk], categories) for pk in ids if pk in items]


def suggestions_for(
    need_categories: Sequence[str],
    need_words: Sequence[str] = (),
    exclude_ids: Iterable[UUID] = (),
    limit: int = 5,
    solo: bool = False,
    *,
    situation: str = "",
    exclude_plain: Iterable[str] = (),
) -> list[GlobalLibraryItem]:
    """Different items for what a couple has in common (or, `solo`, for one person), without those excluded.

    `exclude_ids` and `exclude_plain` (an item by its plain form, where only the words are known) are what was tried or put
    aside. Each item fits a category asked for as long as there are such; each new one is as unlike the earlier ones as it
    can be. Items carry `because` and `reason`. The same question has the same answer. At most two statements.
    """
    excluded, said = set(exclude_ids), set(exclude_plain)
    categories = [category for category in dict.fromkeys(need_categories) if category in NeedCategory.values]
    room = limit + len(excluded) + len(said)
    ranked = _ranked("", categories, list(need_words), situation, solo, room)
    if not ranked:
        items = _published().filter(solo=solo).exclude(pk__in=excluded).exclude(plain__in=said).order_by("slug")
        return [_because(item, categories) for item in items[:limit]]
    left = [candidate for candidate in ranked if candidate.item_id not in excluded]
    fitting = [one for one in left if not categories or one.need_categories & set(categories)]
    others = [one for one in left if categories and not one.need_categories & set(categories)]
    pool = (fitting + others)[: max(POOL, room)]
    items, vectors = _with_vectors(pool)
    pool = [one for one in pool if one.item_id in items and items[one.item_id].plain not in said]
    chosen = _diverse([one for one in pool if one in fitting], limit, categories, vectors)
    chosen += [one for one in pool if one not in chosen and (len(chosen) < limit)][: limit - len(chosen)]
    return [_because(items[candidate.item_id], categories) for candidate in chosen]


def listed(
    needs: Sequence[str] = (), situation: str = "", *, most_effort: int | None = None, limit: int = 60
) -> list[GlobalLibraryItem]:
    """What has any of these need categories, this situation, and asks for no more, by title; as `search` gives them."""
    categories, _words = _split(needs)
    items = _published()
    if categories:
        items = items.filter(need_categories__overlap=categories)
    if situation:
        items = items.filter(situation=situation)
    if most_effort is not None:
        items = items.filter(effort__lte=most_effort)
    return [_because(item, categories) for item in items.order_by("title", "slug")[:limit]]


def like(item: GlobalLibraryItem, limit: int = 3, *, least: float = 0.5) -> list[tuple[GlobalLibraryItem, float]]:
    """Other items whose words are near, with their cosine similarity, nearest first: for finding duplicates."""
    own = LibraryEmbedding.objects.filter(item_id=item.pk).first()
    if own is None:
        return []
    return near(own.embedding, limit, least=least, but=item.pk)


def near(
    vector, limit: int = 3, *, least: float = 0.5, but: UUID | None = None
) -> list[tuple[GlobalLibraryItem, float]]:
    """Items whose vectors lie within `least` cosine similarity of this one, with it, nearest first."""
    distance = CosineDistance("embedding", vector)
    others = LibraryEmbedding.objects.exclude(item_id=but).annotate(distance=distance).order_by("distance")
    found = {pk: 1 - far for pk, far in others.values_list("item_id", "distance")[:limit] if 1 - far >= least}
    items = GlobalLibraryItem.objects.filter(pk__in=found).order_by("slug")
    return sorted(((other, found[other.pk]) for other in items), key=lambda pair: -pair[1])


def with_reasons(items: Iterable[GlobalLibraryItem], needs: Sequence[str] = ()) -> list[GlobalLibraryItem]:
    """Items found otherwise, with `because` and `reason`."""
    return [_because(item, _split(needs)[0]) for item in items]


# --- candidates ---------------------------------------------------------------------------------


def _published():
    return GlobalLibraryItem.objects.filter(status=Status.PUBLISHED)


def _ranked(
    text: str,
    categories: Sequence[str],
    words: Sequence[str],
    situation: str,
    solo: bool | None,
    room: int,
    most_effort: int | None = None,
) -> list[Candidate]:
    """One statement: candidates for what is asked, best first; none when nothing is asked."""
    labels = [str(NeedCategory(category).label).lower() for category in categories]
    asked = " ".join(filter(None, [text, situation, *words, *labels]))[:LONGEST_QUERY].replace("\0", " ").strip()
    if not asked:
        return []
    vector = embed([asked])[0]
    rows = candidates(asked, vector, solo, CANDIDATES + room)
    sounds = sounds_like(vector)
    highest = max((row["rank"] for row in rows), default=0.0) or 1.0
    wanted_words, wanted_categories = {word.lower() for word in words}, set(categories)
    ranked = [
        Candidate(
            row["item_id"],
            row["slug"],
            row["situation"],
            frozenset(row["need_categories"]),
            NEAR * (1 - row["distance"])
            + WORDING * row["rank"] / highest
            + CATEGORY * len(wanted_categories & set(row["need_categories"]))
            + NEED * len(wanted_words & set(row["needs"]))
            + SOUNDS_LIKE * sounds.get(row["situation"], 0.0)
            + SITUATION * (bool(situation) and situation.lower() == row["situation"].lower()),
        )
        for row in rows
        if most_effort is None or row["effort"] <= most_effort
    ]
    return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.slug))


def candidates(asked: str, vector: np.ndarray, solo: bool | None, at_most: int) -> list[dict]:
    """Published items near to this vector or sharing telling words: at most `at_most` of each, in no order."""
    return door("search_library", asked, as_halfvec(vector), solo, at_most)


def _with_vectors(pool: list[Candidate]) -> tuple[dict[UUID, GlobalLibraryItem], dict[UUID, np.ndarray]]:
    found = LibraryEmbedding.objects.filter(item_id__in=[one.item_id for one in pool], status=Status.PUBLISHED)
    wire = Func("embedding", function="halfvec_send", output_field=BinaryField())  # as text it takes ten times as long
    rows = (
        found.select_related("item").defer("item__search_vector", "embedding").annotate(wire=wire).order_by("item_id")
    )
    items, vectors = {}, {}
    for row in rows:
        items[row.item_id], vectors[row.item_id] = row.item, from_wire(row.wire)
    return items, vectors


# --- order --------------------------------------------------------------------------------------


def _diverse(
    left: list[Candidate], limit: int, categories: Sequence[str], vectors: dict[UUID, np.ndarray]
) -> list[Candidate]:
    """Maximal marginal relevance, with each category asked for served once before any is served twice."""
    left, chosen = list(left), []
    while left and len(chosen) < limit:
        served = Counter(category for candidate in chosen for category in candidate.need_categories)
        least = min((served[category] for category in categories), default=0)
        wanted = {category for category in categories if served[category] == least}
        first = [candidate for candidate in left if wanted & candidate.need_categories] or left
        best = max(first, key=lambda candidate: candidate.score - _alike(candidate, chosen, vectors))
        chosen.append(best)
        left.remove(best)
    return chosen


def _alike(candidate: Candidate, chosen: list[Candidate], vectors: dict[UUID, np.ndarray]) -> float:
    vector = vectors[candidate.item_id]
    nearest = max((float(vector @ vectors[other.item_id]) for other in chosen), default=0.0)
    same_situation = sum(candidate.situation == other.situation for other in chosen)
    return ALIKE * nearest + SAME_SITUATION * same_situation


def _split(needs: Sequence[str]) -> tuple[list[str], list[str]]:
    known = [need for need in needs if need in NeedCategory.values]
    return known, [need for need in needs if need not in NeedCategory.values]


def _because(item: GlobalLibraryItem, categories: Sequence[str]) -> GlobalLibraryItem:
    item.because = tuple(category for category in categories if category in item.need_categories)
    item.reason = reason(item.because or item.need_categories)
    return item
