"""Consent in a few lines: what each of two people may read of the other (tests/shared/test_stateful.py)."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Offer:
    """What the model knows of words that were put before their owner."""

    who: str
    item: UUID
    kind: str
    words: str
    pk: UUID  # of the content
    digest: str
    state: str = "undecided"  # private, cooling, shared, taken back, gone


@dataclass
class Item:
    who: str
    kind: str
    row: object
    there: bool = True


@dataclass
class Model:
    offers: list[Offer] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    cooling: dict[str, bool] = field(default_factory=lambda: {"a": False, "b": False})
    erased: set[str] = field(default_factory=set)

    def shared_by(self, who: str) -> set[str]:
        return {offer.words for offer in self.offers if offer.who == who and offer.state == "shared"}

    def never_shown(self, who: str) -> set[str]:
        return {offer.words for offer in self.offers if offer.who == who and offer.state != "shared"}
