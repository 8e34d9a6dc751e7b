"""What a guide's sentence does: asks, keeps company, gives back, or adds meaning. And what it must not do.

The word lists (wording.toml) are the evaluation's own; nothing is read from a guide's lexicons. Simple and complex follow the
usual distinction of motivational interviewing (MITI 4.2): a simple reflection repeats or rephrases, a complex one adds meaning
or feeling, or holds two sides together.
"""

import re
import tomllib
from importlib.resources import files
from typing import Literal

Kind = Literal["question", "company", "simple", "complex"]

SENTENCE = re.compile(r"(?:\"[^\"\n]*\"|[^.?!\n\"]|\"|[.?!](?=\w))+[.?!…]*")
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")
LISTS = tomllib.loads(files(__package__).joinpath("wording.toml").read_text("utf-8"))


def _any(patterns: list[str]) -> str:
    return "|".join(patterns)


EMPTY = frozenset(LISTS["empty"].split())
FEELINGS = re.compile(rf"\b(?:{_any(LISTS['feelings'])})\b", re.I)
TWO_SIDES = re.compile(rf"\b(?:{_any(LISTS['two_sides'])})\b", re.I)
ABOUT_GUIDE = re.compile(rf"^(?:and |then |so )?(?:{_any(LISTS['about_guide'])})\b", re.I)
HOT_WORDS = re.compile(rf"\b(?:{_any(LISTS['hot_words'])})\b", re.I)
ACCUSES = re.compile(_any(LISTS["accuses"]), re.I)
SEEN_FROM_HERE = re.compile(rf"\b(?:{_any(LISTS['seen_from_here'])})\b|\"", re.I)
FORBIDDEN = {name: re.compile(_any(patterns), re.I) for name, patterns in LISTS["forbidden"].items()}
ADDS_FROM = 8  # words: as much as this without a word of theirs rephrases nothing, it adds
NAMES_A_FEELING = re.compile(r"\bI (?:wonder if|could imagine|hear|can hear|imagine)\b.*", re.I)


def sentences(text: str) -> list[str]:
    """The sentences of a guide's text; a quotation stays in one piece."""
    return [match[0].strip() for match in SENTENCE.finditer(text) if re.search(r"\w", match[0])]


def stems(text: str) -> set[str]:
    """The words that carry meaning, without their endings."""
    return {_stem(word) for word in WORD.findall(text.lower().replace("’", "'")) if word not in EMPTY and len(word) > 2}


def _stem(word: str) -> str:
    word = word.split("'")[0]
    for ending in ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def kind_of(sentence: str, heard: str) -> Kind:
    """What a sentence does, said to a person whose last words were `heard`."""
    if "?" in QUOTED.sub("", sentence):
        return "question"
    own = QUOTED.sub("", sentence)
    said, given = stems(own), stems(heard)
    repeats = bool(said & given) or QUOTED.search(sentence) is not None
    new = said - given
    feelings = FEELINGS.findall(own)
    names_feeling = any(not stems(feeling) & given for feeling in feelings)
    if ABOUT_GUIDE.match(own) and not repeats and not (NAMES_A_FEELING.search(own) and feelings):
        return "company"
    if names_feeling or TWO_SIDES.search(own) and (repeats or new):
        return "complex"
    if len(new) >= 2 and len(new) >= len(said & given) or not repeats and len(own.split()) >= ADDS_FROM:
        return "complex"
    return "simple" if repeats or new else "company"


STATES_THE_OTHER = re.compile(
    r"^(?:(?:so|and|but|still|because|now|then|yesterday|sometimes|always|again),? )*"
    r"(?:he|she|they|his|her|their|your (?:\w+[ -]){0,2}(?:husband|wife|partner|girlfriend|boyfriend|fianc\w+|sister|brother|son|"
    r"daughter|mother|father|mum|dad|friend|flatmate|mother-in-law))\b(?:'s|'re|'d|'ve)? ?\w+",
    re.I,
)


def broken(sentence: str) -> list[str]:
    """The names of what a guide must not do, done in this sentence. What stands in quotation marks is the person's own."""
    own = QUOTED.sub("", sentence)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(own)]


def states_the_other(sentence: str) -> bool:
    """Whether something about the other is said as if the guide knew it, and not as the person sees it."""
    return bool(STATES_THE_OTHER.search(sentence)) and "?" not in sentence and not SEEN_FROM_HERE.search(sentence)
