"""Figures over a file of labelled sentences that are no part of this package: a set nobody has worked with."""

import tomllib
from pathlib import Path

from stages.guide.evaluation.labelled import danger_scores, mirror_scores, needs_scores
from stages.guide.evaluation.material import Labelled
from stages.guide.evaluation.score import Score
from stages.guide.interface import Guide

TABLES = {"danger": ("form", "kind"), "mirror": ("label",), "need": ("family",)}


def of_file(guide: Guide, path: Path) -> list[Score]:
    """The figures of a TOML file with `[[danger]]` (text, form, kind), `[[mirror]]` (text, label) and `[[need]]` (text, family).

    Raises ValueError for a file that is something else.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    if not table or table.keys() - TABLES.keys():
        raise ValueError(f"Expected tables {', '.join(TABLES)}; found {', '.join(table) or 'none'}.")
    danger, mirror, need = (_labelled(name, table.get(name, [])) for name in TABLES)
    return [
        *(danger_scores(danger, "danger", "Signs of danger") if danger else ()),
        *(mirror_scores(guide, mirror) if mirror else ()),
        *(needs_scores(guide, need) if need else ()),
    ]


def _labelled(name: str, rows: list[dict]) -> tuple[Labelled, ...]:
    try:
        return tuple(
            Labelled(
                f"{name}-{number}",
                row["text"],
                " ".join(row[key] for key in TABLES[name] if row.get(key) or key != "kind"),
            )
            for number, row in enumerate(rows, start=1)
        )
    except KeyError as missing:
        raise ValueError(f"[[{name}]] without {missing}") from missing
