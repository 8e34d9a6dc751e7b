"""Starting a share of something in one's own vessel: what happened, a boundary, how it has felt.

The person starts it; the guide offers words without the heat, beside the private ones. Nothing crosses by this: the words go
to the page that asks (`shared:preview`).
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from beheard.people.pages import Place
from beheard.rls import NotNow
from stages import suggestions
from stages.journey import check_joint
from stages.models import Purpose, Suggestion
from stages.progress import have_met
from stages.sharing.originals import KINDS, mark_of, original
from stages.steps import MeetingKind
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent


def ask_for_words(*, place: Place, key: str, item_id: UUID) -> None:
    """Ask the guide, once for these very words, to put them without heat. Raises NotYours and NotNow."""
    text = original(place, key, item_id)
    _check_open(place)
    if offered_words(place, item_id, text) is None:
        suggestions.ask(place=place, purpose=Purpose.SOFTEN, about_id=item_id)


def offered_words(place: Place, item_id: UUID, text: str) -> Suggestion | None:
    """What the guide offered for the original as it stands now."""
    found = suggestions.latest(place, Purpose.SOFTEN, item_id)
    return found if found and found.content.get("of") == mark_of(text) else None


def start(*, place: Place, key: str, item_id: UUID, words: str, now: datetime) -> ConsentedContent:
    """Put exact words before their owner."""
    original(place, key, item_id)
    _check_open(place)
    return bridge.offer(place=place, content_type=KINDS[key], item_id=item_id, words=words, now=now)


def _check_open(place: Place) -> None:
    check_joint(place)
    if not have_met(place, MeetingKind.COMPACT):
        raise NotNow(_("Things can be shared once you have both signed the compact. Until then it stays with you."))
