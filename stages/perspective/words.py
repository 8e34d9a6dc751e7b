"""A letter as text: put together from its two parts, and taken apart into sentences that can be marked."""

import re

from django.utils.translation import gettext as _

MOST_LINES = 3
SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟])[\"'”’)\]]*\s+")


def lines_of(want_known: str) -> list[str]:
    """What someone would want the other to know, a line each, without the empty ones."""
    return [line.strip() for line in want_known.splitlines() if line.strip()]


def letter_words(guess: str, want_known: str) -> str:
    """The exact words of a letter: the guess, and below it the lines."""
    lines = lines_of(want_known)
    if not lines:
        return guess.strip()
    return "\n\n".join([guess.strip(), _("What I'd want you to know:"), "\n".join(f"– {line}" for line in lines)])


def sentences_of(letter: str) -> list[str]:
    """The sentences of a letter in order. The same words give the same sentences, so that a mark needs only a number."""
    pieces = (piece.strip("– \t") for line in letter.splitlines() for piece in SENTENCE_END.split(line))
    return [piece for piece in pieces if piece and not piece.endswith(":")]
