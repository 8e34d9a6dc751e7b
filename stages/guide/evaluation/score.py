"""A figure with its aim."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """`hits` of `of`; a plain count when `of` is None. The aim, if there is one, is a least or a greatest value.

    `examples` are the guide's failures in words, for whoever improves it; they are printed for the open part alone.
    """

    key: str
    title: str
    hits: float
    of: float | None = None
    least: float | None = None
    greatest: float | None = None
    ratio: bool = False  # "2.4 to 1" instead of a percentage
    examples: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """A count, a share of 1 or a ratio; None where there was nothing to count."""
        if self.of is None:
            return self.hits
        return self.hits / self.of if self.of else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None if there is none, or nothing was counted."""
        if self.value is None or self.least is None and self.greatest is None:
            return None
        return (self.least is None or self.value >= self.least) and (
            self.greatest is None or self.value <= self.greatest
        )

    def shown(self) -> str:
        if self.value is None:
            return "–"
        if self.of is None:
            return f"{self.hits:g}"
        figure = f"{self.value:.1f} : 1" if self.ratio else f"{self.value * 100:.0f} %"
        return f"{figure} ({self.hits:g} / {self.of:g})"

    def aim(self) -> str:
        sign, value = ("≥", self.least) if self.least is not None else ("≤", self.greatest)
        if value is None:
            return ""
        if self.of is None or value == 0:
            return f"{value:g}" if value == 0 else f"{sign} {value:g}"
        return f"{sign} {value:g} : 1" if self.ratio else f"{sign} {value * 100:g} %" if value < 1 else "100 %"


def count(key: str, title: str, found: Iterable[str], greatest: float | None = 0) -> Score:
    """How often something happened that should not."""
    found = tuple(found)
    return Score(key, title, len(found), greatest=greatest, examples=found)
