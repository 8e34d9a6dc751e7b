"""The texts and their labels."""

import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Literal

Part = Literal["open", "held out", "late"]
PARTS: dict[str, Part] = {"late-": "late", "dev-": "open", "test-": "held out"}


@dataclass(frozen=True, slots=True)
class Person:
    """One of two people, and what they write on their way through the stages. `canary` occurs in their private words alone."""

    key: str
    name: str
    partner: str
    canary: str
    turns: tuple[str, ...]
    guess: str
    added: str
    hot: str
    idea: str
    need_families: frozenset[str]
    dangerous_turns: frozenset[int]  # counted from 1


@dataclass(frozen=True, slots=True)
class Couple:
    """Two people who tell the same quarrel: their first turns are each other's side of it."""

    key: str
    kind: str
    topic: str
    held_out: bool
    a: Person
    b: Person

    @property
    def people(self) -> tuple[Person, Person]:
        return self.a, self.b


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what a reader finds in it."""

    key: str
    text: str
    label: str

    @property
    def part(self) -> Part:
        """Late: written after the guide's rules. Sets that came in two parts keep them; others are parted by a hash."""
        for beginning, part in PARTS.items():
            if self.key.startswith(beginning):
                return part
        return "open" if int(sha256(self.text.encode()).hexdigest(), 16) % 3 else "held out"


@cache
def couples(part: Part) -> tuple[Couple, ...]:
    """The couples of a part, in the order of their files."""
    folder = files(__package__).joinpath("couples")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    every = [
        _couple(name.removesuffix(".toml"), tomllib.loads(folder.joinpath(name).read_text("utf-8"))) for name in names
    ]
    return tuple(couple for couple in every if part == ("held out" if couple.held_out else "open"))


def _couple(key: str, table: dict) -> Couple:
    return Couple(
        key=key,
        kind=table["kind"],
        topic=table["topic"],
        held_out=table.get("held_out", False),
        a=_person(f"{key}.a", table["a"]),
        b=_person(f"{key}.b", table["b"]),
    )


def _person(key: str, table: dict) -> Person:
    labels = _couple_labels()
    return Person(
        key=key,
        turns=tuple(table["turns"]),
        need_families=frozenset(labels["needs"][key]),
        dangerous_turns=frozenset(labels["danger"].get(key, ())),
        **{name: table[name] for name in ("name", "partner", "canary", "guess", "added", "hot", "idea")},
    )


@cache
def _couple_labels() -> dict:
    return tomllib.loads(files(__package__).joinpath("labels", "couples.toml").read_text("utf-8"))


@cache
def labelled(name: str, part: Part) -> tuple[Labelled, ...]:
    """The sentences of `texts/<name>.txt` that belong to a part, with their labels. Raises ValueError if one lacks its other."""
    texts, labels = _lines("texts", name), _lines("labels", name)
    if texts.keys() != labels.keys():
        raise ValueError(f"{name}: without text or label: {sorted(texts.keys() ^ labels.keys())}")
    every = (Labelled(key, text, labels[key]) for key, text in texts.items())
    return tuple(one for one in every if one.part == part)


def _lines(folder: str, name: str) -> dict[str, str]:
    lines = files(__package__).joinpath(folder, f"{name}.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" | ", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {key.strip(): rest.strip() for key, rest in pairs}
