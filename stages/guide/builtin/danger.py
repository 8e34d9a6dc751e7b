"""The rules that look for signs of danger: cues from data/safety*.toml, and what lessens them.

They see what is said in words they know. `stages/guide/safety.py` is the door, and asks a trained ear as well.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Literal

from stages.guide.builtin.lexicon import cue, read_toml
from stages.guide.builtin.text import QUOTED

Kind = Literal["suicide", "self_harm", "violence", "coercion", "fear", "harm_to_other"]
FILES = ("safety", "safety_families")
URGENT = ("suicide", "self_harm", "violence", "harm_to_other", "fear", "coercion")
LEAST = 0.5
SEEN = 0.3
REACH = 120  # characters around a cue that can change what it means
NEGATED = re.compile(
    r"\b(?:not|never|no|don't|doesn't|didn't|isn't|wasn't|wouldn't|won't|hasn't|haven't|without|no longer|nobody|"
    r"far from|don't ever)\s+(?:\w+\s+){0,4}$",
    re.I,
)
DENIED_INSIDE = re.compile(
    r"(?:[\w']+,? ){0,4}?(?:\w+ )?(?:never|not|didn't|doesn't|hasn't|haven't|wouldn't|won't)\b"
    r"(?! (?:even )?(?:stop|want|let|take|accept)\b)",
    re.I,
)
STILL = re.compile(
    r"(?:\b|(?=n't))(?:don't (?:want|wish|know|see|think I can|understand)|do not (?:want|wish|know)|can't|cannot|not (?:want|"
    r"sure|lying|only|just)|"
    r"no (?:point|reason|doubt)|making (?:this|it) up|"
    r"(?:never|not|n't|nobody|no one) (?:\w+ )?(?:told|tell|knows?|knew|believes?|"
    r"admitted|forget|forgotten|stops?|stopped|understands?))\b",
    re.I,
)
PAST_AFTER = re.compile(
    r"(?:that|it|this)(?:'s| was| is|'s been)? (?:\w+ ){0,3}"
    r"(?:years ago|long ago|behind (?:me|us)|over now|in the past)",
    re.I,
)
ONESELF = re.compile(r"\b(?:me|myself|I|I'm|I've|mine|my|us|our)\b")
HYPOTHETICAL = re.compile(
    r"\b(?:as if|as though|(?:I'd|I would) rather|I wish|imagine|dream\w*(?: that)?|nightmare\w*(?: that)?)"
    r"(?: (?:I|I'd|he|she|they|he'd|she'd|they'd|had|would|was|were))*\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SafetySign:
    """Something in a text that may mean danger. `certainty` is 0 to 1; below `LEAST` it is past, denied or about others."""

    kind: Kind
    certainty: float
    direct: bool

    @property
    def counts(self) -> bool:
        """Whether the words about help are to be shown."""
        return self.certainty >= LEAST


def signs_by_sentence(spoken: list[str]) -> list[list[SafetySign]]:
    """What the rules find in each of a text's sentences, as `ears.features.split` gives them."""
    found = []
    for sentence, after in zip_longest(spoken, spoken[1:], fillvalue=""):
        signs = list(_in_sentence(sentence))
        if PAST_AFTER.match(after) and not _context("now").search(sentence):
            signs = [replace(sign, certainty=round(sign.certainty * 0.5, 2)) for sign in signs]
        found.append(signs)
    return found


def _in_sentence(sentence: str):
    unquoted = QUOTED.sub(lambda match: " " * len(match[0]), sentence)
    figures = [figure.span() for figure in _context("figure").finditer(sentence)]
    for kind, direct, pattern in _cues():
        for match in pattern.finditer(sentence):
            if any(start < match.end() and match.start() < end for start, end in figures):
                continue
            certainty = _certainty(sentence, unquoted, match, kind, direct)
            if certainty >= SEEN / 2:
                yield SafetySign(kind, round(certainty, 2), direct)


def _certainty(sentence: str, unquoted: str, match: re.Match[str], kind: str, direct: bool) -> float:
    first = max(0, match.start() - REACH)
    around = sentence[first : match.end() + REACH]
    certainty = 0.95 if direct else 0.65
    if _is_denied(sentence[first : match.start()], match[0], kind, direct):
        certainty *= 0.3
    if not unquoted[match.start() : match.end()].strip() and kind not in ("violence", "coercion"):
        certainty *= 0.8
    if _context("past").search(around) and not _context("now").search(around):
        certainty *= 0.5
    if HYPOTHETICAL.search(sentence[first : match.start()]):
        certainty *= 0.3
    if _is_of_others(around, match.start() - first, match[0]):
        certainty *= 0.45
    return certainty


def _is_of_others(around: str, start: int, said: str) -> bool:
    """Whether somebody outside this pair is spoken of: named before it, with no "I" or "me" since, or with none at all."""
    elsewhere = list(_context("elsewhere").finditer(around))
    if not elsewhere:
        return False
    before = [one.end() for one in elsewhere if one.end() <= start]
    if not before:
        return not ONESELF.search(around)
    between = around[before[-1] : start]
    return not ONESELF.search(between) and not ONESELF.search(said)


def _is_denied(before: str, said: str, kind: str, direct: bool) -> bool:
    """Denied in the same clause: "he didn't mean to, but he hit me" denies nothing."""
    if direct and kind in ("violence", "harm_to_other") and DENIED_INSIDE.match(said):
        return True
    clause = re.split(r"[,:()]|\b(?:but|and|because|then|still|until)\b", before[-60:])[-1]
    return bool(NEGATED.search(clause)) and not STILL.search(clause)


@cache
def _cues() -> tuple[tuple[Kind, bool, re.Pattern[str]], ...]:
    return tuple(
        (kind, name == "direct", cue(_with_parts(line)))
        for kind in URGENT
        for name in ("direct", "indirect")
        for line in _lines(kind, name)
    )


def _lines(kind: str, name: str) -> list[str]:
    lines = (line.strip() for file in FILES for line in read_toml(file)[kind][name].splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@cache
def _context(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(read_toml('safety')['context'][name])})\b", re.I)


def _with_parts(pattern: str) -> str:
    for file in reversed(FILES):
        for name, part in read_toml(file)["parts"].items():
            pattern = pattern.replace("{" + name + "}", part)
    return pattern
