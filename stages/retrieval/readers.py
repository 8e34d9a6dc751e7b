"""One reader for each query: rows into items with their provenance. Read as `ai`; every one narrows to the person and the
session itself, with row-level security under it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model, Q
from django.db.models.functions import Now

from beheard.people.models import Relationship, RelationshipMember, Session, SessionStatus
from consent.models import ContentType
from library import queries as library
from stages import embeddings
from stages.guide.interface import BundleItem, Source, Words
from stages.models import CarriedKind, CarriedOver, EmpathyDraft, Message, Recap, RecapStatus, Step
from stages.retrieval import queries as ask
from stages.retrieval.occasion import Occasion
from stages.retrieval.similar import nearest
from stages.retrieval.words import words_of
from stages.steps import StepKind
from vessels.private.models import EmotionalReading, IdentifiedNeed, UserEvent
from vessels.shared import bridge
from vessels.shared.models import Agreement, AgreementStatus, AgreementType, CommonGround, ConsentedContent

LONGEST = 1500  # characters of one item
STAGE_OF_SHARED = {ContentType.IDENTIFIED_NEED: 3, ContentType.OWNERSHIP_LINE: 4, ContentType.PROPOSAL: 4}
ENDED = (AgreementStatus.COMPLETED, AgreementStatus.ABANDONED)


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom, where and under which contract is read. `vectors` by the text sought."""

    occasion: Occasion
    vectors: Mapping[str, np.ndarray]

    @property
    def own(self) -> dict:
        return {"owner_id": self.occasion.user_id, "session_id": self.occasion.session_id}

    @property
    def stages(self) -> frozenset[int]:
        return self.occasion.contract.turns_from


def turns(query: ask.Turns, scope: Scope) -> tuple[Words, ...]:
    """The turns before the message, oldest first. An answer that drew on something taken back since is not among them."""
    current = scope.occasion.current
    rows = Message.objects.filter(
        for_user_id=scope.occasion.user_id,
        session_id=scope.occasion.session_id,
        timestamp__lte=current.at,
        stage__in=scope.stages,
    ).exclude(pk=current.id)
    found = [words_of(row) for row in reversed(rows.order_by("-timestamp", "-id")[: query.limit])]
    gone = taken_back({one for words in found for one in words.drawn_from}, scope)
    return tuple(words for words in found if not gone & set(words.drawn_from))


def taken_back(ids: set, scope: Scope) -> set:
    """Of these shared items those that no longer stand."""
    if not ids:
        return set()
    here = {"session_id": scope.occasion.session_id, "pk__in": ids}
    standing = set(_standing(scope).filter(**here).values_list("pk", flat=True))
    return ids - standing - set(CommonGround.objects.filter(**here).values_list("pk", flat=True))


# --- what belongs to the session ------------------------------------------------------------------------------------


def _session(query: ask.SessionFacts, scope: Scope) -> Iterator[BundleItem]:
    session = Session.objects.filter(pk=scope.occasion.session_id).first()
    if session is not None:
        resting = "resting" if session.status == SessionStatus.PAUSED else "open"
        topic = session.topic if session.topic_approved_at else ""
        text = f"Topic: {topic}. The session is {resting}." if topic else f"The session is {resting}."
        yield _item("session", session, session.created_at, text, source=Source.SHARED, stage=0)


def _relationship(query: ask.RelationshipFacts, scope: Scope) -> Iterator[BundleItem]:
    relationship = Relationship.objects.filter(sessions=scope.occasion.session_id).first()
    if relationship is not None:
        both = RelationshipMember.objects.filter(relationship_id=relationship.pk).count() == 2
        text = "Both are here." if both else "The other has not joined."
        yield _item("relationship", relationship, relationship.created_at, text, source=Source.SHARED, stage=0)


def _carried(kind: CarriedKind, item_type: str) -> Callable:
    def read(query, scope: Scope) -> Iterator[BundleItem]:
        rows = CarriedOver.objects.filter(kind=kind, **scope.own).order_by("place", "id")
        for row in rows[: query.limit]:
            yield _item(item_type, row, row.happened_at, row.text)

    return read


# --- the person's own -----------------------------------------------------------------------------------------------


def _recap(query: ask.AcceptedRecap, scope: Scope) -> Iterator[BundleItem]:
    rows = Recap.objects.filter(status=RecapStatus.ACCEPTED, stage__in=scope.stages, **scope.own)
    for row in rows.order_by("-offered_at", "-id")[:1]:
        yield _item("recap", row, row.offered_at, row.text)


def _readings(query: ask.Readings, scope: Scope) -> Iterator[BundleItem]:
    rows = EmotionalReading.objects.filter(stage__in=scope.stages, **scope.own).order_by("-timestamp", "-id")
    for row in rows[: query.limit]:
        text = f"{row.intensity} of 10. {row.context}".strip()
        yield _item("reading", row, row.timestamp, text)


def _moments(query: ask.SimilarMoments, scope: Scope) -> Iterator[BundleItem]:
    """Own events and own messages of these stages, without the message that is answered."""
    vector = scope.vectors.get(query.text)
    if vector is None:
        return
    found = embeddings.near(vector, limit=query.limit, models=(Message, UserEvent), stages=scope.stages, **scope.own)
    for moment in found:
        if moment.item.pk != scope.occasion.current.id:
            item_type = "message" if isinstance(moment.item, Message) else "event"
            yield _item(item_type, moment.item, moment.at, moment.words)


def _draft(query: ask.OwnDraft, scope: Scope) -> Iterator[BundleItem]:
    for row in EmpathyDraft.objects.filter(**scope.own).order_by("-version")[:1]:
        text = "\n".join(filter(None, (row.guess, row.want_known)))
        if text:
            yield _item("draft", row, row.created_at, text)


def _needs(query: ask.OwnNeeds, scope: Scope) -> Iterator[BundleItem]:
    rows = IdentifiedNeed.objects.filter(rejected_at__isnull=True, **scope.own).order_by(
        "-confirmed", "created_at", "id"
    )
    for row in rows[: query.limit]:
        state = "confirmed" if row.confirmed else "offered, not confirmed"
        yield _item("need", row, row.created_at, f"{row.need} ({row.category.lower()}, {state}). {row.words}".strip())


# --- what is shared -------------------------------------------------------------------------------------------------


def _partner_shared(query, scope: Scope) -> Iterator[BundleItem]:
    yield from _shared(_standing(scope).exclude(owner_id=scope.occasion.user_id), scope, query.limit)


def _active_shared(query, scope: Scope) -> Iterator[BundleItem]:
    yield from _shared(_standing(scope), scope, query.limit)


def _similar_shared(query: ask.SimilarShared, scope: Scope) -> list[BundleItem]:
    found = [(item.text, item) for item in _partner_shared(ask.PartnerShared(limit=10), scope)]
    return nearest(query.text, found, query.limit)


def _similar_needs(query: ask.SimilarNeeds, scope: Scope) -> list[BundleItem]:
    needs = [*_needs(ask.OwnNeeds(), scope), *_active_shared(ask.SharedNeeds(), scope)]
    return nearest(query.text, [(item.text, item) for item in needs], query.limit)


def _standing(scope: Scope):
    """Crossed words that stand now, of the kinds this contract knows. Row-level security says the same."""
    return ConsentedContent.objects.filter(
        session_id=scope.occasion.session_id,
        consent_active=True,
        revoked_at__isnull=True,
        crosses_at__lte=Now(),
        content_type__in=scope.occasion.contract.shared,
    )


def _shared(rows, scope: Scope, limit: int) -> Iterator[BundleItem]:
    """When words crossed is their time: when they were written is their owner's."""
    for row in bridge.opened(rows.order_by("crosses_at", "id")[:limit]):
        mine = row.owner_id == scope.occasion.user_id
        yield _item(
            "own_shared" if mine else "partner_shared",
            row,
            row.crosses_at,
            row.transformed_content,
            source=Source.SHARED,
            stage=STAGE_OF_SHARED.get(row.content_type, 2),
        )


def _common_ground(query: ask.WhatIsCommon, scope: Scope) -> Iterator[BundleItem]:
    """What both confirmed; in Stage 3 also candidates, once the person has said what they notice themselves."""
    visible = Q(confirmed_at__isnull=False)
    noticed = Step.objects.filter(kind=StepKind.NOTICED, **scope.own).exists
    if scope.occasion.stage == 3 and noticed():
        visible |= Q(confirmed_at__isnull=True)
    for row in CommonGround.objects.filter(visible, session_id=scope.occasion.session_id).order_by("created_at", "id")[
        :5
    ]:
        state = "both confirmed" if row.confirmed_at else "may be common"
        text = f"{row.need} ({row.category.lower()}, {state})"
        yield _item("common_ground", row, row.created_at, text, source=Source.SHARED, stage=3)


def _agreements(query: ask.Agreements, scope: Scope) -> Iterator[BundleItem]:
    yield from _agreed(_agreed_rows(scope).exclude(status__in=ENDED), query.limit, "agreement")


def _experiments(query: ask.PastExperiments, scope: Scope) -> Iterator[BundleItem]:
    ended = _agreed_rows(scope).filter(status__in=ENDED, type=AgreementType.MICRO_EXPERIMENT)
    yield from _agreed(ended, query.limit, "experiment")


def _agreed_rows(scope: Scope):
    return Agreement.objects.filter(session_id=scope.occasion.session_id, agreed_at__isnull=False)


def _agreed(rows, limit: int, item_type: str) -> Iterator[BundleItem]:
    for row in rows.order_by("-agreed_at", "-id")[:limit]:
        text = f"{row.description} ({row.get_status_display()})"
        yield _item(item_type, row, row.agreed_at, text, source=Source.SHARED, stage=4)


# --- what is everyone's ---------------------------------------------------------------------------------------------


def _library(query: ask.Library, scope: Scope) -> Iterator[BundleItem]:
    for row in library.search(query.text, [need.value for need in query.needs], limit=query.limit):
        text = f"{row.title}. {row.plain or row.description}"
        yield _item("library", row, row.created_at, text, source=Source.GLOBAL, stage=4)


def _item(
    item_type: str, row: Model, at: Any, text: str, *, source: Source = Source.USER, stage: int | None = None
) -> BundleItem:
    consent = {Source.USER: "own", Source.SHARED: "active", Source.GLOBAL: "public"}[source]
    return BundleItem(
        source=source,
        type=item_type,
        id=row.pk,
        created_at=at,
        consent=consent,
        stage=row.stage if stage is None else stage,
        text=text[:LONGEST],
    )


READERS: dict[str, Callable[[Any, Scope], Iterable[BundleItem]]] = {
    "session": _session,
    "relationship": _relationship,
    "outcomes": _carried(CarriedKind.OUTCOME, "outcome"),
    "themes": _carried(CarriedKind.THEME, "theme"),
    "recap": _recap,
    "readings": _readings,
    "similar_moments": _moments,
    "draft": _draft,
    "own_needs": _needs,
    "partner_shared": _partner_shared,
    "similar_shared": _similar_shared,
    "shared_needs": _active_shared,
    "similar_needs": _similar_needs,
    "active_shared": _active_shared,
    "common_ground": _common_ground,
    "agreements": _agreements,
    "experiments": _experiments,
    "library": _library,
}
