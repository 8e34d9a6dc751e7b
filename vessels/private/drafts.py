"""Unsent text, kept every few seconds in the writer's own vessel, so that nothing is lost by leaving fast.

A key says which box on which page it was written in. Pages may put the session's id before it (`<session>:<box>`), so that the
quick exit knows where the words belong; it is kept without.
"""

import re

from beheard.crypto.fields import tidy
from beheard.people.pages import Place
from beheard.rls import NotYours
from vessels.private.models import Draft
from vessels.private.queries import vessel_of

KEY = re.compile(r"[a-z0-9:-]{1,80}")
MOST_CHARACTERS = 40_000


def box_of(place: Place, key: str) -> str:
    """The key without the session's id. Raises NotYours for what is no key, or another session's."""
    session_id, colon, box = key.partition(":")
    if colon and len(session_id) == 36:
        if session_id != str(place.session.pk):
            raise NotYours
        key = box
    if not KEY.fullmatch(key):
        raise NotYours
    return key


def save_draft(place: Place, key: str, text: str) -> None:
    """Keep what stands in a box now. Nothing in it: nothing kept. Cut at 40,000 characters."""
    key, text = box_of(place, key), tidy(text)[:MOST_CHARACTERS]
    if not text.strip():
        return forget_draft(place, key)
    vessel = vessel_of(place)
    Draft.objects.update_or_create(
        vessel=vessel,
        key=key,
        defaults={"text": text},
        create_defaults={"owner_id": place.user_id, "session_id": place.session.pk, "text": text},
    )
    return None


def draft(place: Place, key: str) -> str:
    """What was kept of this box; empty when nothing was."""
    kept = _drafts(place, key).first()
    return kept.text if kept else ""


def forget_draft(place: Place, key: str) -> None:
    """For the action that takes the words."""
    _drafts(place, key).delete()


def _drafts(place: Place, key: str):
    return Draft.objects.filter(owner_id=place.user_id, session_id=place.session.pk, key=box_of(place, key)).order_by(
        "id"
    )
