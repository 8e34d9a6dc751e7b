"""What the guide is asked about a share, and what looks at words before they cross."""

import re

from consent.models import ContentType
from stages.guide.builtin.judgment import check_words
from stages.guide.interface import Words
from stages.models import Purpose
from stages.sharing.originals import mark_of, of_pattern, pattern_in_words, rows_of, words_of
from stages.suggestions import Looked, register
from vessels.private.models import Boundary, EmotionalReading, UserEvent
from vessels.shared import originals, wording

MOST_WORDS = 60
PATTERN = "pattern"
TYPES = {UserEvent: "event", Boundary: "boundary", EmotionalReading: "reading"}


def _reads(actor, about_id) -> Looked | None:
    for key in ("events", "boundaries", "readings", PATTERN):
        if text := words_of(key, actor.user_id, actor.session_id, about_id):
            rows = rows_of(key, actor.user_id, actor.session_id, about_id)
            return Looked((key, text), [_as_words(row, text) for row in rows])
    return None


def _as_words(row, text: str) -> Words:
    """What was looked at, for the log."""
    at = row.created_at if isinstance(row, Boundary) else row.timestamp
    return Words(row.pk, "person", text, row.stage, at, type=TYPES[type(row)])


def _softens(guide, found: tuple[str, str]) -> dict:
    key, text = found
    if key == PATTERN:
        words = pattern_in_words([int(number) for number in re.findall(r"\d+", text)])
    else:
        words = guide.soften(text, max_words=MOST_WORDS)
    return {"text": words, "of": mark_of(text)}


def _warns(words: str) -> list[wording.LookAt]:
    """By rules, at once and in this house, whatever guide is at work."""
    return [wording.LookAt(warning.span, warning.message) for warning in check_words(words)]


register(Purpose.SOFTEN, reads=_reads, makes=_softens)
originals.register(ContentType.EMOTIONAL_PATTERN, of_pattern)
wording.register(_warns)
