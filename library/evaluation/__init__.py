"""How often a search finds what fits: things couples say, each labelled by hand with the items that would fit.

The labels were written before any answer was looked at, and are not read by the search. Search and items were tuned on
situations.toml; unseen.toml was written when that was done, and tells how much of the figure is the tuning's.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from library.models import GlobalLibraryItem
from library.queries import search, suggestions_for

HERE = Path(__file__).parent
TOP = 5


@dataclass(frozen=True)
class Outcome:
    """Of one way of asking: the share of situations with a fitting item among the top five, the mean of one through the
    rank of the first (0 beyond the fifth), and what was said where nothing fitted."""

    way: str
    hits: float
    mean_reciprocal_rank: float
    misses: tuple[str, ...]


WAYS: dict[str, Callable[[dict[str, Any]], list[GlobalLibraryItem]]] = {
    "their words and needs": lambda one: search(one["says"], one["needs"], limit=TOP, solo=False),
    "their words alone": lambda one: search(one["says"], limit=TOP, solo=False),
}


def situations(name: str = "situations") -> list[dict[str, Any]]:
    """Of one file; each with `says`, `needs` (categories) and `fits` (slugs)."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["situation"]


def evaluate(name: str = "situations") -> list[Outcome]:
    """Every way of asking over all situations of a file. As an actor who may read what is published."""
    return [_outcome(way, ask, situations(name)) for way, ask in WAYS.items()]


def diversity(limit: int = TOP) -> float:
    """How many different situations the suggestions for the needs of one labelled couple come from, on average."""
    found = [suggestions_for(one["needs"], limit=limit) for one in situations()]
    return sum(len({item.situation for item in items}) for items in found) / len(found)


def _outcome(way: str, ask: Callable, asked: list[dict[str, Any]]) -> Outcome:
    ranks = []
    for one in asked:
        slugs = [item.slug for item in ask(one)]
        fitting = [rank for rank, slug in enumerate(slugs, start=1) if slug in one["fits"]]
        ranks.append((one["says"], fitting[0] if fitting else None))
    hits = [rank for _says, rank in ranks if rank]
    return Outcome(
        way,
        len(hits) / len(ranks),
        sum(1 / rank for rank in hits) / len(ranks),
        tuple(says for says, rank in ranks if rank is None),
    )
