"""What to look at before words cross. It warns and never forbids.

What reads words (blame, names, heat) is above this floor and registers itself; here is what only the bridge knows: whether raw
words from a private vessel are still in it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consent.models import ContentType

RAW = {ContentType.EVENT_SUMMARY, ContentType.EMOTIONAL_PATTERN, ContentType.BOUNDARY}  # written for nobody else's eyes
VERBATIM_WORDS = 6  # as many in a row are no accident
MOST_SHOWN = 4


@dataclass(frozen=True)
class LookAt:
    """One thing to look at: `span` occurs in the words."""

    span: str
    message: str


Reader = Callable[[str], Iterable[LookAt]]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    _readers.append(reader)


def look_at(words: str, *, original: str, content_type: str, known_names: Iterable[str] = ()) -> list[LookAt]:
    """At most four things. The names of the two themselves are nobody else's."""
    known = {name.lower() for name in known_names if name}
    found = [warning for read in _readers for warning in read(words) if warning.span.lower() not in known]
    if content_type in RAW and (kept := verbatim(words, original)):
        found.insert(0, LookAt(kept, _("These are your private words as they stand. Are they meant for the other?")))
    return found[:MOST_SHOWN]


def verbatim(words: str, original: str) -> str:
    """The first run of six words (or all of fewer) that stands in the private original as it is; "" when there is none."""
    shared, private = _tokens(words), " ".join(word for word, _at in _tokens(original))
    run = min(VERBATIM_WORDS, len(shared))
    for start in range(len(shared) - run + 1 if run else 0):
        piece = shared[start : start + run]
        if f" {' '.join(word for word, _at in piece)} " in f" {private} ":
            return words[piece[0][1].start() : piece[-1][1].end()]
    return ""


def _tokens(text: str) -> list[tuple[str, re.Match]]:
    return [(match[0].lower(), match) for match in re.finditer(r"[\w'’]+", text)]
