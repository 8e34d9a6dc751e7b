"""Hurried spelling put right, for rules that look for danger. The result is only ever matched, never shown or stored."""

import re
from functools import cache

from stages.guide.builtin.lexicon import listed, read_toml
from stages.guide.builtin.text import CHATTY

WORD = re.compile(r"(?<![\w'])(?:w/|&|[A-Za-z][\w']*)(?![\w'])")
MORE = {
    "youve": "you've", "youll": "you'll", "youd": "you'd", "theyd": "they'd", "theyll": "they'll", "theyve": "they've",
    "hed": "he'd", "itll": "it'll", "aint": "isn't", "ain't": "isn't", "werent": "weren't", "hadnt": "hadn't",
    "darent": "daren't", "mustnt": "mustn't", "cannot": "can't", "imma": "I'm going to", "tryna": "trying to",
}  # fmt: skip
APART = (
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should) not\b", re.I), r"\1n't"),
    (re.compile(r"\bcan not\b", re.I), "can't"),
    (re.compile(r"\bwill not\b", re.I), "won't"),
    (re.compile(r"\bI am\b", re.I), "I'm"),
    (re.compile(r"\b(my|him|her|your) self\b", re.I), r"\1self"),
    (re.compile(r"\bill (?=(?:\w+ )?(?:kill|hurt|hit|stab|be|end|do|never|strangle|break|make|go|lose|snap)\b)", re.I), "I'll "),
    (re.compile(r"\bid (?=(?:\w+ )?(?:be|rather|never|kill|hurt|die|end|do|just|like|hit)\b)", re.I), "I'd "),
    (re.compile(r"\b(\w{2,}in)'(?!\w)"), r"\1g"),
    (re.compile(r"\b((?:hitt|beat|chok|punch|slapp|kick|want|hurt|cutt|kill|try|go|liv|dy|burn|check|read|track|hid|tak|mak|be|keep|"
                r"scream|shout|throw|grabb|push|shov|stabb|follow|watch|jump|end|wish|com|wak)in)\b", re.I), r"\1g"),
)  # fmt: skip


def put_right(text: str) -> str:
    """The text with known misspellings, missing apostrophes and near misses of the gravest words put right."""
    text = WORD.sub(lambda match: _right(match[0]), text)
    for pattern, better in APART:
        text = pattern.sub(better, text)
    return text


def _right(word: str) -> str:
    lower = word.lower()
    if lower in _known():
        return _known()[lower]
    return _near_misses().get(lower, word)


@cache
def _known() -> dict[str, str]:
    lines = (line.split(":") for line in read_toml("safety_spelling")["words"].strip().splitlines())
    spellings = {wrong: right.strip() for right, wrongs in lines for wrong in wrongs.split()}
    return {**{short: long for short, long in CHATTY.items() if short.isalpha()}, **MORE, **spellings}


@cache
def _near_misses() -> dict[str, str]:
    """Every grave word with one letter lost, doubled or two changed about. Long words alone, so that no other word is meant."""
    grave = listed(read_toml("safety_spelling")["near"])
    misses = {}
    for word in sorted(grave):
        for at in range(1, len(word)):
            for wrong in (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            ):
                if wrong not in grave and wrong + "s" not in grave and wrong + "d" not in grave:
                    misses.setdefault(wrong, word)
    return misses
