"""What a message is about, by cue: phones, housework, an affair. Each situation has reflections and questions of its own."""

import re
from dataclasses import dataclass
from functools import cache

from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.text import QUOTED, tidy

FILES = ("situations_life", "situations_self", "situations_contact", "situations_home", "situations_family")
DENIED = re.compile(
    r"\b(?:not about|isn't about|nothing to do with|not because of|never been about)\s+(?:\w+\s+){0,3}$", re.I
)

DONE_BY_ME = re.compile(r"\bI(?:'\w+)?(?: \w+){0,4} $")


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind of trouble. `reflections` are complex reflections in the guide's words, `feelings` what people often feel in it."""

    key: str
    cues: tuple[re.Pattern[str], ...]
    topic: str
    feelings: tuple[str, ...]
    reflections: tuple[str, ...]
    questions: tuple[str, ...]
    weight: int = 0
    theirs: bool = False  # it's what the other does: a cue that follows "I" doesn't count


@cache
def all_situations() -> tuple[Situation, ...]:
    """Every situation, in the order of the files: the more particular come first."""
    return tuple(_situation(key, table) for name in FILES for key, table in read_toml(name).items())


def _situation(key: str, table: dict) -> Situation:
    return Situation(
        key=key,
        cues=tuple(cue(pattern) for pattern in table["cues"]),
        topic=table.get("topic", ""),
        feelings=tuple(table.get("feelings", ())),
        reflections=tuple(table["reflections"]),
        questions=tuple(table["questions"]),
        weight=table.get("weight", 0),
        theirs=table.get("theirs", False),
    )


def find_situations(text: str) -> list[Situation]:
    """The situations a text speaks of; the grave ones and those with most cues first, then in the order of the files."""
    plain = QUOTED.sub(" ", tidy(text))
    counted = [(_strength(situation, plain), situation) for situation in all_situations()]
    present = [(strength, situation) for strength, situation in counted if strength]
    return [situation for _, situation in sorted(present, key=lambda pair: -pair[0])]


def _strength(situation: Situation, text: str) -> int:
    hits = sum(
        any(_counts(situation, text[: match.start()][-60:]) for match in pattern.finditer(text))
        for pattern in situation.cues
    )
    return hits and hits + situation.weight


def _counts(situation: Situation, before: str) -> bool:
    return not DENIED.search(before) and not (situation.theirs and DONE_BY_ME.search(before))
