"""The quotes beside a need follow the person's words: what no longer stands in a message is not quoted from it."""

from uuid import UUID

from django.db import connection

from beheard.people.pages import Place
from stages.models import Message
from vessels.private.models import IdentifiedNeed
from vessels.private.queries import vessel_of


def lock_needs(vessel_id: UUID) -> None:
    """Held until the end: a guide that keeps what it found, and a person who changes their words, take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('needs of ' || %s, 0))", [str(vessel_id)])


def follow_words(*, place: Place, message_id: UUID, words: str) -> None:
    """After a message was changed to `words`, or deleted (""). Decisions stay; an offer that rests on nothing any more goes."""
    lock_needs(vessel_of(place).pk)
    for need in IdentifiedNeed.objects.filter(owner_id=place.user_id, session_id=place.session.pk):
        kept = still_said(need.evidence, {str(message_id): words})
        if len(kept) == len(need.evidence):
            continue
        if not kept and not need.confirmed and need.rejected_at is None:
            need.delete()
            continue
        need.evidence = kept
        need.save(update_fields=["evidence", "updated_at"])


def still_said(evidence: list[dict], texts: dict[str, str]) -> list[dict]:
    """Quotes that stand in their message's text; those of messages that are not in `texts` are left as they are."""
    return [item for item in evidence if item["quote"] in texts.get(item["message_id"], item["quote"])]


def said_now(evidence: list[dict], owner_id: UUID) -> list[dict]:
    """Quotes whose message is still there and still says so."""
    ids = {item["message_id"] for item in evidence}
    rows = Message.objects.filter(for_user_id=owner_id, pk__in=ids)
    texts = dict.fromkeys(ids, "") | {str(row.pk): row.content for row in rows}
    return still_said(evidence, texts)
