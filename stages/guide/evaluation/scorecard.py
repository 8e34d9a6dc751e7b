"""The whole scorecard: measured, and written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from stages.guide.evaluation import conversations, labelled
from stages.guide.evaluation.material import Part, couples
from stages.guide.evaluation.score import Score
from stages.guide.evaluation.walk import walk
from stages.guide.interface import Guide

SMALL_COUPLES, SMALL_EVERY = 3, 3


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of one guide for the open part and for the part held out."""

    title: str
    open: tuple[Score, ...]
    held_out: tuple[Score, ...]
    late: tuple[Score, ...]
    couples: tuple[int, int]

    @property
    def missed(self) -> list[Score]:
        """Aims of the open part that are not met."""
        return [score for score in self.open if score.met is False]


def measure(guide: Guide, part: Part, *, small: bool = False) -> tuple[Score, ...]:
    """Every figure for one part."""
    chosen = couples(part)[: SMALL_COUPLES if small else None]
    ways = [walk(guide, couple) for couple in chosen]
    every = [way for pair in ways for way in pair]
    return (*conversations.scores(ways), *labelled.scores(guide, part, every, SMALL_EVERY if small else 1))


def scorecard(guide: Guide, *, small: bool = False) -> Scorecard:
    """The figures for both parts; a small one has the open part alone."""
    return Scorecard(
        title=guide.title,
        open=measure(guide, "open", small=small),
        held_out=() if small else measure(guide, "held out"),
        late=() if small else labelled.scores(guide, "late", ()),
        couples=(len(couples("open")[: SMALL_COUPLES if small else None]), 0 if small else len(couples("held out"))),
    )


def table(card: Scorecard) -> str:
    """The scorecard as a Markdown table."""
    other = {score.key: score for score in card.held_out}
    late = {score.key: score for score in card.late}
    rows = [
        ("Measure", "Aim", f"Open ({card.couples[0]} couples)", f"Held out ({card.couples[1]} couples)", "Late", "Met")
    ]
    rows += [
        (
            score.title,
            score.aim(),
            score.shown(),
            other[score.key].shown() if score.key in other else "",
            late[score.key].shown() if score.key in late else "",
            _met(score, (other.get(score.key), late.get(score.key))),
        )
        for score in card.open
    ]
    return _lines(rows)


def _met(score: Score, elsewhere: Sequence[Score | None]) -> str:
    """An aim is met in full only if it is met in the other parts as well."""
    if score.met is None:
        return ""
    if not score.met:
        return "no"
    return "open only" if any(one and one.met is False for one in elsewhere) else "yes"


def _lines(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def examples(card: Scorecard, key: str) -> list[str]:
    """The guide's failures in one measure, in words; of the open part alone."""
    return [example for score in card.open if score.key == key for example in score.examples]
