"""What a way of telling carries, whatever the subject: complex reflections by the shape of what was said."""

import re
from dataclasses import dataclass
from functools import cache

from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.text import QUOTED, tidy, words


@dataclass(frozen=True, slots=True)
class Meaning:
    """A way of telling, and what may be between its lines. It counts only up to `most_words`."""

    key: str
    cues: tuple[re.Pattern[str], ...]
    says: tuple[str, ...]
    asks: tuple[str, ...]
    most_words: int


@cache
def all_meanings() -> tuple[Meaning, ...]:
    """Every meaning, in the order of the file: the more particular come first."""
    return tuple(
        Meaning(
            key=key,
            cues=tuple(re.compile(one) if table.get("case") else cue(one) for one in table["cues"]),
            says=tuple(table["says"]),
            asks=tuple(table["asks"]),
            most_words=table.get("most_words", 10_000),
        )
        for key, table in read_toml("meanings").items()
    )


def find_meanings(text: str) -> list[Meaning]:
    """The meanings of a text, those with most cues first; what stands in quotation marks is left out."""
    plain = QUOTED.sub(" ", tidy(text))
    length = len(words(plain))
    counted = [
        (sum(bool(pattern.search(plain)) for pattern in meaning.cues), meaning)
        for meaning in all_meanings()
        if length <= meaning.most_words
    ]
    return [meaning for hits, meaning in sorted(counted, key=lambda pair: -pair[0]) if hits]
