"""What is measured beside what was promised (DESIGN §10), and the table `make bench` ends with."""

from dataclasses import dataclass, field

MET, ABOVE, RED, NOTED = "met", "ABOVE TARGET", "RED", "no target"


@dataclass(frozen=True)
class Figure:
    """One measured number. Red is worse than `red`; without a target it is printed for comparison only."""

    name: str
    measured: float
    target: float | None = None
    red: float | None = None
    unit: str = ""  # empty for a ratio
    least: bool = False  # the target is a minimum, not a maximum
    note: str = ""

    def worse_than(self, limit: float | None) -> bool:
        if limit is None:
            return False
        return self.measured < limit if self.least else self.measured > limit

    @property
    def verdict(self) -> str:
        if self.target is None:
            return NOTED
        if self.worse_than(self.red):
            return RED
        return ABOVE if self.worse_than(self.target) else MET

    @property
    def cells(self) -> tuple[str, ...]:
        sign = ">=" if self.least else "<="
        target = "" if self.target is None else f"{sign} {self._shown(self.target)}"
        return self.name, self._shown(self.measured), target, self.verdict, self.note

    def _shown(self, number: float) -> str:
        if not self.unit:
            return f"{number:.2f}"
        shown = f"{number:.0f}" if number == int(number) or number >= 100 else f"{number:.1f}"
        return f"{shown} {self.unit}".strip()


@dataclass
class Board:
    """The figures of one run, in the order they were measured."""

    about: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        """Keeps them for the table, and fails the test that measured a red one."""
        self.figures += figures
        red = [figure for figure in figures if figure.verdict == RED]
        assert not red, "; ".join(f"{figure.name}: {figure.cells[1]}, target {figure.cells[2]}" for figure in red)

    def lines(self) -> list[str]:
        rows = [("figure", "measured", "target", "verdict", ""), *(figure.cells for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        table = [
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
        ]
        table = [line.rstrip() for line in table]
        return [*self.about, "", table[0], "-" * sum(widths, 6), *table[1:]]
