"""What in a text could tell who wrote it: names, places, dates, jobs, numbers. It warns; it never forbids.

Pure: it looks at the words given and at nothing else. Rules see little, so that an empty list promises nothing, and the
page says so. `unspoken` are names a caller knows (the person's own, the other's); they are found in any spelling of case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

LONGEST = 20_000
MESSAGES = {
    "name": _("This may be a name."),
    "place": _("This may be a place."),
    "date": _("This may be a date, or a time that others remember too."),
    "job": _("This may be somebody's job or workplace."),
    "number": _("A number like this can lead to somebody."),
    "contact": _("This looks like an address or a way to reach somebody."),
    "family": _("This says something about your family that few others share."),
}
CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.\w+)+|https?://\S+|www\.\S+|@\w{3,}|\+?\d[\d ()/-]{6,}\d")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?:{MONTH}|may)\b(?:\s+\d{{4}})?|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b(?:19|20)\d\d\b"
    rf"|\b(?:in|since|until|last|next|this)\s+(?:{MONTH}|may)\b"
    r"|\b(?:our|my|his|her|their)\s+(?:\d+(?:st|nd|rd|th)\s+|\w+th\s+)?(?:wedding|anniversary|birthday|funeral|divorce|engagement)\b",
    re.I,
)
NUMBER = re.compile(r"\b\d{3,}\b|[$€£]\s?\d+|\b\d+(?:[.,]\d+)?\s?(?:euros?|dollars?|pounds?|€|£|\$)", re.I)
AGE = re.compile(r"\b\d{1,2}[- ]years?[- ]olds?\b|\baged \d{1,2}\b|\b(?:twins|triplets)\b", re.I)
PLACE = re.compile(
    r"\b(?:in|near|from|to|at|around|outside)\s+((?:the\s+)?[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*)"
    r"|\b([A-Z][\w'’-]+\s+(?:Street|Road|Avenue|Lane|Park|Square|Church|School|Hospital|University|Hotel|Station|Airport))\b"
)
CAPITALISED = re.compile(r"(?<![\w'’-])[A-Z][a-zà-öø-ÿ]+(?:['’-][A-Z]?[a-zà-öø-ÿ]+)*")
SENTENCE_START = re.compile(r"(?:^|[.!?…:;\n]\s*[\"'“‘(]*|[\"“‘(–—-]\s*)$")


@dataclass(frozen=True)
class Sign:
    """Something to look at: `text[start:start + len(span)] == span`."""

    kind: str
    span: str
    start: int

    @property
    def message(self) -> str:
        return MESSAGES[self.kind]


def find_signs(text: str, unspoken: Iterable[str] = ()) -> list[Sign]:
    """What could tell who wrote this, in its order, each word once."""
    text = text[:LONGEST]
    found = [
        *_all(text, "contact", CONTACT),
        *_all(text, "date", DATE),
        *_unspoken(text, unspoken),
        *_all(text, "place", PLACE),
        *_all(text, "job", _words("jobs")),
        *_all(text, "family", AGE),
        *_names(text),
        *_all(text, "number", NUMBER),
    ]
    return _once(found)


def _all(text: str, kind: str, pattern: re.Pattern[str]) -> list[Sign]:
    """Each match, or the group of it that counts; never a word that everybody capitalises."""
    found = []
    for match in pattern.finditer(text):
        group = match.lastindex or 0
        if kind != "place" or match[group].split()[-1].lower() not in _everyday():
            found.append(Sign(kind, match[group], match.start(group)))
    return found


def _unspoken(text: str, names: Iterable[str]) -> list[Sign]:
    parts = {part for name in names for part in name.split() if len(part) > 1}
    if not parts:
        return []
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, parts), key=len, reverse=True))})\b", re.I)
    return [Sign("name", match[0], match.start()) for match in pattern.finditer(text)]


def _names(text: str) -> list[Sign]:
    """A capital letter inside a sentence, or a known first name anywhere."""
    found = []
    for match in CAPITALISED.finditer(text):
        word = match[0].lower()
        if word in _everyday():
            continue
        if word in _lines("first_names") or not SENTENCE_START.search(text[: match.start()][-4:]):
            found.append(Sign("name", match[0], match.start()))
    return found


def _once(found: list[Sign]) -> list[Sign]:
    kept: list[Sign] = []
    for sign in found:
        end = sign.start + len(sign.span)
        taken = any(sign.start < other.start + len(other.span) and other.start < end for other in kept)
        if not taken and sign.span.lower() not in {other.span.lower() for other in kept}:
            kept.append(sign)
    return sorted(kept, key=lambda sign: sign.start)


@cache
def _everyday() -> frozenset[str]:
    return _lines("capitalised")


@cache
def _words(name: str) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, _lines(name)), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})s?\b", re.I)


@cache
def _lines(name: str) -> frozenset[str]:
    """The words of a file of `library/data`, in small letters; a line that begins with # is about them."""
    text = (Path(__file__).parent / "data" / f"{name}.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(word.strip().lower() for line in lines for word in line.split(",") if word.strip())
