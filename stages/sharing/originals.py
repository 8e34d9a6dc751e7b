"""The private words a share can be started from: an event, a boundary, a reading, or all readings together (the vessel's id)."""

from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beheard.people.pages import Place
from beheard.rls import NotYours
from consent.models import ContentType
from vessels.private.models import Boundary, EmotionalReading, UserEvent

KINDS = {
    "events": ContentType.EVENT_SUMMARY,
    "boundaries": ContentType.BOUNDARY,
    "readings": ContentType.EMOTIONAL_PATTERN,
    "pattern": ContentType.EMOTIONAL_PATTERN,
}
LATEST = 20  # readings


def original(place: Place, key: str, item_id: UUID) -> str:
    """The person's own words. Raises NotYours for what is not theirs, or is no longer there."""
    text = words_of(key, place.user_id, place.session.pk, item_id) if key in KINDS else ""
    if not text:
        raise NotYours
    return text


def words_of(key: str, user_id: UUID, session_id: UUID, item_id: UUID) -> str:
    """ "" when there are none. As the person, or as the guide who serves them."""
    rows = rows_of(key, user_id, session_id, item_id)
    if not rows:
        return ""
    if key == "pattern":
        return _pattern([row.intensity for row in rows])
    (found,) = rows
    if key == "readings":
        return _("%(intensity)d out of ten. %(context)s") % {"intensity": found.intensity, "context": found.context}
    return found.description


def rows_of(key: str, user_id: UUID, session_id: UUID, item_id: UUID) -> list:
    """The rows the words are from: one, or the latest readings, oldest first."""
    mine = {"owner_id": user_id, "session_id": session_id}
    if key == "pattern":
        latest = EmotionalReading.objects.filter(vessel_id=item_id, **mine).order_by("-timestamp", "-id")
        return list(latest[:LATEST])[::-1]
    model = {"events": UserEvent, "boundaries": Boundary, "readings": EmotionalReading}[key]
    return list(model.objects.filter(pk=item_id, **mine))


def _pattern(values: list[int]) -> str:
    words = ngettext(
        "On the barometer it was %(values)s out of ten.",
        "On the barometer it was, one after the other, %(values)s out of ten.",
        len(values),
    )
    return words % {"values": ", ".join(map(str, values))}


def pattern_in_words(values: list[int]) -> str:
    """A pattern as one might say it."""
    low, high = min(values), max(values)
    if low == high:
        return _("It has been about %(high)d out of ten for me lately.") % {"high": high}
    return _("It has been between %(low)d and %(high)d out of ten for me lately.") % {"low": low, "high": high}


def of_pattern(place: Place, item_id: UUID) -> str:
    """A reading, or all of them: for the page that asks."""
    found = (words_of(key, place.user_id, place.session.pk, item_id) for key in ("readings", "pattern"))
    return next(filter(None, found), "")


def mark_of(text: str) -> str:
    """Says which words an answer of the guide belongs to."""
    return sha256(text.encode()).hexdigest()
