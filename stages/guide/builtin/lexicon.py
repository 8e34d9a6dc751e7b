"""Reading the data files. Everything is read once and then kept, immutable."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@cache
def read_toml(name: str) -> dict:
    """The content of `data/<name>.toml`."""
    return tomllib.loads(_file(f"{name}.toml"))


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """The lines of `data/<name>.txt` without comments and blank lines."""
    lines = (line.strip() for line in _file(f"{name}.txt").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _file(name: str) -> str:
    return files("stages.guide.builtin").joinpath("data", name).read_text(encoding="utf-8")


def listed(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())


@cache
def cue(pattern: str) -> re.Pattern[str]:
    """A cue from a data file: whole words, case ignored, `he` standing for whoever the other is (`{they}`)."""
    other = r"(?:he|she|they|you|it|my \w+|\w+'s (?:mum|mother|dad|father))"
    pattern = (
        pattern.replace("{they}", other)
        .replace("{them}", "(?:him|her|them|you)")
        .replace("{their}", "(?:his|her|their|your)")
    )
    return re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeelingWord:
    """An entry of the feelings lexicon. `bare` is False for words that mean a feeling only after "feel" or "am"."""

    cue: str
    word: str
    family: str
    intensity: int
    bare: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A family of feelings."""

    key: str
    noun: str
    warm: bool


@cache
def families() -> dict[str, Family]:
    """Family by key."""
    return {key: Family(key, table["noun"], table.get("warm", False)) for key, table in read_toml("feelings").items()}


@cache
def feeling_words() -> dict[str, FeelingWord]:
    """Feeling word or phrase, lower case -> its entry. The first family to name a word keeps it."""
    found: dict[str, FeelingWord] = {}
    for family, table in read_toml("feelings").items():
        for key, words in table.items():
            if key.isdigit():
                for entry in words.split():
                    feeling = _feeling_word(entry, family, int(key))
                    found.setdefault(feeling.cue, feeling)
    return found


def _feeling_word(entry: str, family: str, intensity: int) -> FeelingWord:
    cue_text, _, word = entry.replace("_", " ").partition("=")
    plain = cue_text.rstrip("?")
    return FeelingWord(plain, word or plain, family, intensity, bare=not cue_text.endswith("?"))


@cache
def feeling_pattern() -> re.Pattern[str]:
    """Any feeling word, longest first."""
    words = sorted(feeling_words(), key=len, reverse=True)
    return re.compile(r"(?<![\w'])(?:" + "|".join(re.escape(word) for word in words) + r")(?![\w'])", re.IGNORECASE)
