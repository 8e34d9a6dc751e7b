"""The sentences that the ears learn from, read from `corpus/*.tsv`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stages.guide.ears import danger, mirror, needs

NEAR_KINDS = {"sarcasm": "contempt", "moral": "label"}  # kinds of judgment that have no questions of their own


@dataclass(frozen=True, slots=True)
class Example:
    """A text of one file, and the columns of its ear that hold for it."""

    file: str
    text: str
    columns: frozenset[str]


COLUMNS = {"danger": danger.COLUMNS, "mirror": mirror.COLUMNS, "needs": needs.COLUMNS}


@cache
def examples(name: str) -> tuple[Example, ...]:
    """All examples for an ear. Raises ValueError for a line with a label nobody knows."""
    return tuple(_examples(name))


def ordinary() -> Iterator[str]:
    """Talk about quarrels in which nobody is in danger."""
    for name in ("mirror", "needs"):
        yield from (example.text for example in examples(name))
    for content in corpus_files("ordinary").values():
        yield from content.splitlines()


def _examples(name: str) -> Iterator[Example]:
    for file, lines in corpus_files(name).items():
        for number, line in enumerate(lines.splitlines(), start=1):
            *labels, text = line.split("\t")
            try:
                columns = _labels(name, *labels)
            except (TypeError, KeyError) as unknown:
                raise ValueError(f"{file}, line {number}: {labels}") from unknown
            if not columns <= set(COLUMNS[name]) or not text.strip():
                raise ValueError(f"{file}, line {number}: {labels}")
            yield Example(file, text, columns)


@cache
def corpus_files(name: str) -> dict[str, str]:
    """File name -> content, in order."""
    folder = files(__package__).joinpath("corpus")
    names = sorted(file.name for file in folder.iterdir() if file.name.startswith(f"{name}-"))
    return {file: folder.joinpath(file).read_text("utf-8") for file in names}


def _labels(name: str, label: str, kind: str = "") -> frozenset[str]:
    if name == "danger":
        told = {"direct": {"danger", "direct", kind}, "indirect": {"danger", kind}, "none": set()}
        return frozenset(told[label])
    if name == "mirror":
        return frozenset({"judgment": {"judgment", NEAR_KINDS.get(kind, kind)}, "plain": set()}[label])
    return frozenset() if label == "NONE" else frozenset(label.split(","))
