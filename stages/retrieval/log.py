"""The context log: a row for each item that goes before a guide. Ids and provenance, no content. Written before it goes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from beheard.rls import Actor
from stages.guide.interface import Bundle, BundleItem, Source, Words
from stages.models import ContextLog, ContextPurpose, ContextSource
from stages.retrieval.contracts import USES, OutsideContract
from stages.retrieval.occasion import Occasion


def note_reply(bundle: Bundle, occasion: Occasion, *, now: datetime) -> None:
    """What goes into the prompt of one reply. Again after a failed try: only what is new is added."""
    items = [*bundle.thread, bundle.current, *bundle.own_items, *bundle.shared, *bundle.library]
    note(
        items, purpose=ContextPurpose.REPLY, use_id=bundle.current.id, user_id=occasion.user_id,
        session_id=occasion.session_id, now=now,
    )  # fmt: skip


def note_use(purpose: str, words: Iterable[Words], *, use_id: UUID, actor: Actor, now: datetime) -> None:
    """What of a person's own words goes before a guide for anything but a reply. Raises OutsideContract for what `USES` does not
    know: call it before the guide is asked."""
    words = list(words)
    if any(one.type not in USES.get(purpose, ()) for one in words):
        raise OutsideContract
    note(words, purpose=purpose, use_id=use_id, user_id=actor.user_id, session_id=actor.session_id, now=now)


def note(
    items: Iterable[BundleItem | Words], *, purpose: str, use_id: UUID, user_id: UUID, session_id: UUID, now: datetime
) -> None:
    """As the `ai` actor. `use_id` tells one use of the guide from another; an item is noted once for each."""
    rows = [_row(item) for item in items]
    ContextLog.objects.bulk_create(
        [
            ContextLog(
                owner_id=user_id,
                session_id=session_id,
                purpose=purpose,
                use_id=use_id,
                position=position,
                created_at=now,
                **row,
            )
            for position, row in enumerate(rows)
        ],
        ignore_conflicts=True,
    )


def _row(item: BundleItem | Words) -> dict:
    if isinstance(item, Words):
        return {
            "source": ContextSource.USER,
            "item_type": item.type,
            "item_id": item.id,
            "item_created_at": item.at,
            "stage": item.stage,
        }
    return {
        "source": item.source.name,
        "item_type": item.type,
        "item_id": item.id,
        "item_created_at": item.created_at,
        "stage": item.stage,
        "consent_active": True if item.source == Source.SHARED else None,
    }
