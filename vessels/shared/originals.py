"""The private words a share was made from, to stand beside it in the preview. Rooms register how theirs are read."""

from collections.abc import Callable
from uuid import UUID

from django.utils.crypto import salted_hmac

from beheard.people.pages import Place
from consent.models import ContentType
from vessels.shared.models import ConsentedContent

Reader = Callable[[Place, UUID], str]
_readers: dict[ContentType, Reader] = {}


def register(content_type: ContentType, reader: Reader) -> None:
    """`reader(place, item_id)` answers with the person's own words, or "" when they are gone."""
    _readers[content_type] = reader


def original_of(place: Place, content: ConsentedContent) -> str:
    reader = _readers.get(ContentType(content.content_type))
    return reader(place, content.item_id) if reader else ""


def mark_of(original: str) -> str:
    """What the form that showed this original carries, so that nothing is shared of one that has changed since."""
    return salted_hmac("shared.original", original, algorithm="sha256").hexdigest()


def field_reader(model, field: str, owner: str = "owner_id") -> Reader:
    """Reads one field of the person's own row."""

    def read(place: Place, item_id: UUID) -> str:
        own = model.objects.filter(**{owner: place.user_id, "session_id": place.session.pk})
        item = own.filter(pk=item_id).first()
        return getattr(item, field) if item else ""

    return read
