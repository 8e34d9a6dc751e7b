"""How often a search finds what fits: things couples say, each labelled by hand with the items that would fit.

The labels were written before any answer was looked at, and are not read by the search. `PARTS` says of each part who wrote
it and what it was used for; only the blind ones tell how the search does with words nobody had in mind.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from library.models import GlobalLibraryItem
from library.queries import search, suggestions_for

HERE = Path(__file__).parent
TOP = 5
SEARCHED_FOR = "those who wrote the search and the items"
UNSEEN_BY = "someone who had not seen the search"


@dataclass(frozen=True)
class Part:
    """Some of the labelled situations, and where they are from."""

    name: str
    origin: str


PARTS = (
    Part("situations", f"by {SEARCHED_FOR}, before tuning; tuned on"),
    Part("unseen", f"by {SEARCHED_FOR}, after a first tuning"),
    Part("blind dev", f"by {UNSEEN_BY}, after a first tuning; misses looked at in a second"),
    Part("blind test", f"by {UNSEEN_BY}, after a first tuning; only ever counted"),
    Part("blind", f"by {UNSEEN_BY}: both parts together"),
)


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
    """Of one part; each with `says`, `needs` (categories) and `fits` (slugs)."""
    file, _, part = name.partition(" ")
    found = _read(file)["situation"]
    if file == "blind":
        labels = _read("blind_labels")
        found = [one | {"fits": labels[str(one["number"])]} for one in found if part in ("", one["part"])]
    return found


def evaluate(name: str = "situations") -> list[Outcome]:
    """Every way of asking over all situations of a part. As an actor who may read what is published."""
    return [_outcome(way, ask, situations(name)) for way, ask in WAYS.items()]


def diversity(limit: int = TOP) -> float:
    """How many different situations the suggestions for the needs of one labelled couple come from, on average."""
    found = [suggestions_for(one["needs"], limit=limit) for one in situations()]
    return sum(len({item.situation for item in items}) for items in found) / len(found)


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{file}.toml").read_text(encoding="utf-8"))


def _outcome(way: str, ask: Callable, asked: Iterable[dict[str, Any]]) -> Outcome:
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
