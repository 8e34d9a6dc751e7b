"""Everything of a person's in one file, for them: what they wrote, what was made of it, what they share, every decision."""

import io
import json
import zipfile
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from beheard.people.pages import Place
from beheard.rls import Actor
from consent import ledger
from consent.verify import sealed_links
from vessels.private import contents
from vessels.private.documents import SUFFIX_OF, file_of
from vessels.private.models import UserDocument
from vessels.private.queries import places_of
from vessels.shared import bridge
from vessels.shared.models import CommonGround, ConsentedContent

READ_ME = """Everything of yours in BeHeard, as of {at}.

mine.json       what you wrote and what was made of it, session by session, and what you agreed to share
decisions.json  every decision about sharing: each link of your chain with its hash, and our seal on it
documents/      the files you keep here

Your chain has {length} links. The hash of the last one is
{head}
If this list is ever changed or cut, that hash will not be in it any more.

Keep this file where nobody finds it whom it is not for.
"""


def exported(*, by: Actor, now: datetime) -> bytes:
    """A zip file. Call as the person."""
    places = places_of(by)
    head = ledger.head_of(by.user_id)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        text = READ_ME.format(
            at=f"{timezone.localtime(now):%d %B %Y, %H:%M}",
            length=head.sequence if head else 0,
            head=bytes(head.hash).hex() if head else "–",
        )
        file.writestr("read-me.txt", text)
        file.writestr("mine.json", _json([_session(place) for place in places]))
        file.writestr("decisions.json", _json(_decisions(by)))
        for place in places:
            for document in UserDocument.objects.filter(owner_id=by.user_id, session_id=place.session.pk).order_by(
                "pk"
            ):
                file.writestr(f"documents/{document.pk}{SUFFIX_OF[document.media_type]}", file_of(document))
    return written.getvalue()


def _session(place: Place) -> dict:
    standing = _standing(place)
    held = {str(section.title): _section(section, place, standing) for section in contents.sections()}
    return {
        "session": place.session.pk,
        "topic": place.session.topic,
        "private": {title: items for title, items in held.items() if items},
        "shared_by_me": [_shared(content) for content in bridge.shared_by_me(place)],
    }


def _standing(place: Place) -> set[UUID]:
    """What an answer of the guide may rest on to be handed out: what the other shares now, what came of it, the person's own."""
    here = {"session_id": place.session.pk}
    own = ConsentedContent.objects.filter(owner_id=place.user_id, **here).values_list("pk", flat=True)
    common = CommonGround.objects.filter(**here).values_list("pk", flat=True)
    return {*own, *common, *(content.pk for content in bridge.all_from_partner(place))}


def _section(section: contents.Section, place: Place, standing: set[UUID]) -> list[dict]:
    """Without answers of the guide that rested on words taken back since: a copy that is handed out would keep them for ever."""
    items = (item for item in section.items(place) if standing.issuperset(getattr(item, "drawn_from", ())))
    shown = (contents.Shown(item, section) for item in items)
    return [
        {"at": one.at, "lines": [{"label": str(label), "words": str(words)} for label, words in one.lines]}
        for one in shown
    ]


def _shared(content) -> dict:
    return {
        "kind": content.get_content_type_display(),
        "words": content.transformed_content,
        "agreed_at": content.consented_at,
        "taken_back_at": content.revoked_at,
    }


def _decisions(by: Actor) -> list[dict]:
    return [{**link._asdict(), **seal._asdict()} for link, seal in sealed_links(by.user_id)]


def _json(found) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False, default=_as_text)


def _as_text(value) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
