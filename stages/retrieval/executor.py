"""The one executor: a plan into a bundle, as the `ai` actor. What a reader gives is looked at once more before it may be used."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import Model

from beheard.people.models import Relationship, Session
from beheard.rls import NotYours
from beheard.rls.actor import Role, current_actor
from library.models import GlobalLibraryItem
from stages.guide.interface import Bundle, BundleItem, Source, Words
from stages.models import CarriedOver, EmpathyDraft, Message, MessageRole, Recap
from stages.retrieval.contracts import OutsideContract
from stages.retrieval.occasion import Occasion, occasion_of
from stages.retrieval.plans import Plan, default_plan
from stages.retrieval.queries import MOST_TURNS, Turns
from stages.retrieval.readers import READERS, Scope, turns
from stages.retrieval.similar import vectors_for
from stages.retrieval.words import words_of
from vessels.private.models import EmotionalReading, IdentifiedNeed, UserEvent
from vessels.shared.models import Agreement, CommonGround, ConsentedContent

MOST_ITEMS = 24
DRAWN_FROM = {"own_shared", "partner_shared", "common_ground"}  # what can be taken back
HOME: dict[str, type[Model]] = {
    "message": Message,
    "event": UserEvent,
    "reading": EmotionalReading,
    "recap": Recap,
    "theme": CarriedOver,
    "outcome": CarriedOver,
    "draft": EmpathyDraft,
    "need": IdentifiedNeed,
    "own_shared": ConsentedContent,
    "partner_shared": ConsentedContent,
    "common_ground": CommonGround,
    "agreement": Agreement,
    "experiment": Agreement,
    "library": GlobalLibraryItem,
    "session": Session,
    "relationship": Relationship,
}


def bundle_for(message_id: UUID, *, now: datetime) -> Bundle | None:
    """The bundle of the default plan, in one go. None when the message is gone or has its answer."""
    occasion = occasion_of(message_id, now=now)
    if occasion is None:
        return None
    plan = default_plan(occasion)
    return execute(plan, occasion, now=now, vectors=vectors_for(plan))


def execute(
    plan: Plan, occasion: Occasion, *, now: datetime, vectors: Mapping[str, np.ndarray] | None = None
) -> Bundle:
    """All that the guide may know for one reply. Raises NotYours for any actor but this person's guide in this session."""
    _check_actor(occasion)
    scope = Scope(occasion, vectors or {})
    allowed = [query for query in plan.accepted if occasion.contract.allows(query)]
    items: dict[tuple[str, UUID], BundleItem] = {}
    thread: tuple[Words, ...] = ()
    for query in allowed:
        if isinstance(query, Turns):
            thread = max(thread, turns(query, scope), key=len)
            continue
        for item in READERS[query.kind](query, scope):
            items.setdefault((item.type, item.id), _checked(item, occasion))
    known = {words.id for words in thread}
    chosen = [item for item in items.values() if item.id not in known][:MOST_ITEMS]
    return Bundle(
        stage=occasion.stage,
        purpose=occasion.purpose,
        name=occasion.name,
        thread=thread,
        current=occasion.current,
        intensity=occasion.intensity,
        own_items=_from(Source.USER, chosen),
        shared=_from(Source.SHARED, chosen),
        library=_from(Source.GLOBAL, chosen),
        unspoken=occasion.unspoken,
        spoken=_spoken(scope),
    )


def drawn_from(bundle: Bundle) -> list[UUID]:
    """Shared items a reply made from this bundle rests on, also through earlier replies. They go with the reply (DESIGN §8)."""
    found = {item.id for item in bundle.shared if item.type in DRAWN_FROM}
    return sorted(found | {one for words in bundle.thread for one in words.drawn_from})


def still_stands(bundle: Bundle) -> bool:
    """Whether everything in the bundle may still be used. Ask as the same guide, in the transaction that keeps the reply.

    False: something was taken back or deleted meanwhile. The answer is thrown away and made anew without it.
    """
    wanted: dict[type[Model], set[UUID]] = {Message: {words.id for words in bundle.thread}}
    for item in (*bundle.own_items, *bundle.shared, *bundle.library):
        wanted.setdefault(HOME[item.type], set()).add(item.id)
    for drawn in {one for words in bundle.thread for one in words.drawn_from}:
        wanted.setdefault(_home_of_drawn(drawn), set()).add(drawn)
    return all(model.objects.filter(pk__in=ids).count() == len(ids) for model, ids in wanted.items() if ids)


def _home_of_drawn(item_id: UUID) -> type[Model]:
    return CommonGround if CommonGround.objects.filter(pk=item_id).exists() else ConsentedContent


def _check_actor(occasion: Occasion) -> None:
    actor = current_actor()
    served = (Role.AI, occasion.user_id, occasion.session_id)
    if actor is None or (actor.role, actor.user_id, actor.session_id) != served:
        raise NotYours


def _checked(item: BundleItem, occasion: Occasion) -> BundleItem:
    if item.type not in occasion.contract.items:
        raise OutsideContract
    return item


def _from(source: Source, items: Iterable[BundleItem]) -> tuple[BundleItem, ...]:
    return tuple(item for item in items if item.source == source)


def _spoken(scope: Scope) -> tuple[Words, ...]:
    """The guide's own latest turns in this stage, so that it does not say the same again. Never quoted, never in a prompt."""
    mine = Message.objects.filter(
        for_user_id=scope.occasion.user_id,
        session_id=scope.occasion.session_id,
        stage=scope.occasion.stage,
        role=MessageRole.AI,
    )
    return tuple(words_of(row) for row in reversed(mine.order_by("-timestamp", "-id")[:MOST_TURNS]))
