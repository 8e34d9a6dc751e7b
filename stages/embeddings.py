"""Similar moments in one person's own words: vectors of what they said, felt and told, searched inside their vessel alone.

Stored through the vessel's key-derived transform (DESIGN §8), searched exactly (§10.3). Best effort: what a worker missed,
beat catches up with. A vector goes when its text changes (trigger `embedding_outdated`) or is deleted (foreign key).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Avg, Count, Exists, Model, OuterRef, Q
from django.views.decorators.debug import sensitive_variables
from pgvector.django import CosineDistance, HalfVectorField

from beheard.ai.embedding import current_embedder
from beheard.crypto.errors import WordsUnavailable
from beheard.crypto.keyring import data_key_for
from beheard.crypto.transform import transform
from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageEmbedding, MessageRole, StageProgress
from vessels.private.models import (
    EmotionalReading,
    EventEmbedding,
    ReadingEmbedding,
    UserEvent,
    UserVessel,
    VesselEmbedding,
)

AT_ONCE = 100
MEAN = Avg("embedding", output_field=HalfVectorField(dimensions=1536))
LOOK_BACK = timedelta(minutes=15)


@dataclass(frozen=True)
class Kind:
    """Something of a person's that has words, and the side table with its vectors."""

    model: type[Model]
    vectors: type[Model]
    words: str
    owner: str = "owner_id"
    of: Q = Q()


KINDS = (
    Kind(Message, MessageEmbedding, "content", "for_user_id", Q(role=MessageRole.USER)),
    Kind(UserEvent, EventEmbedding, "description"),
    Kind(EmotionalReading, ReadingEmbedding, "context"),
)


@dataclass(frozen=True)
class Moment:
    """Something like what was asked for. `likeness` is the cosine, 1.0 for the same words."""

    item: Model
    words: str
    at: datetime
    likeness: float


@sensitive_variables()
def catch_up(*, user_id: UUID, session_id: UUID) -> int:
    """Make the vectors that are missing, or another embedder's, in one vessel, and the vessel's own; returns how many moments
    got one. Twice changes nothing."""
    actor, embedder = Actor.ai(user_id, session_id), current_embedder()
    try:
        with transaction_as(actor):
            vessel = UserVessel.objects.filter(owner_id=user_id, session_id=session_id).first()
            if vessel is None:
                return 0
            missing = [(kind, row.pk, getattr(row, kind.words)) for kind in KINDS for row in _missing(kind, actor)]
            missing = [found for found in missing if found[2].strip()]
            key = data_key_for(vessel.key_scope()).material if missing else b""
    except WordsUnavailable:
        return 0
    kept = 0
    if missing:
        vectors = transform(key, embedder.embed([words for _kind, _pk, words in missing]))
        kept = sum(
            _keep(actor, vessel, kind, pk, words, vector, embedder.name)
            for (kind, pk, words), vector in zip(missing, vectors, strict=True)
        )
    _keep_whole(actor, vessel, embedder.name, anew=kept > 0)
    return kept


def vectors_of(texts: Sequence[str]) -> Mapping[str, np.ndarray]:
    """Vectors to look for moments with, by their text. May ask a far embedder: call it outside any transaction."""
    return dict(zip(texts, current_embedder().embed(list(texts)), strict=True)) if texts else {}


@sensitive_variables()
def near(
    vector: np.ndarray,
    *,
    owner_id: UUID,
    session_id: UUID,
    limit: int,
    models: Collection[type[Model]] = (),
    stages: Collection[int] | None = None,
) -> list[Moment]:
    """Moments of one vessel nearest to a plain vector `(1536,)`, nearest first; of some models and stages only, if named."""
    vessel = UserVessel.objects.filter(owner_id=owner_id, session_id=session_id).first()
    if vessel is None:
        return []
    try:
        key = data_key_for(vessel.key_scope()).material
    except WordsUnavailable:  # nothing was ever sealed here
        return []
    sought = transform(key, vector).tolist()
    kinds = [kind for kind in KINDS if not models or kind.model in models]
    found = [moment for kind in kinds for moment in _nearest(kind, owner_id, vessel, sought, limit, stages)]
    return sorted(found, key=lambda moment: -moment.likeness)[:limit]


def catch_up_wholly(*, user_id: UUID, session_id: UUID) -> int:
    """All that is missing in one vessel, a hundred at a time; returns how many moments got a vector."""
    made = 0
    while kept := catch_up(user_id=user_id, session_id=session_id):
        made += kept
    return made


def everyone(*, after: str = "") -> list[tuple[str, UUID, UUID]]:
    """Every vessel there is, in an order that stays: a mark to go on after, its owner and its session. Ids only."""
    with transaction_as(Actor.system()):
        pairs = (
            StageProgress.objects.order_by("owner_id", "session_id").values_list("owner_id", "session_id").distinct()
        )
        marked = [(f"{owner_id}:{session_id}", owner_id, session_id) for owner_id, session_id in pairs]
    return [one for one in marked if one[0] > after]


def behind(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Owner and session of vessels in which something was written lately."""
    with transaction_as(Actor.system()):
        lately = StageProgress.objects.filter(content_changed_at__gt=now - LOOK_BACK)
        return list(lately.order_by("owner_id").values_list("owner_id", "session_id").distinct()[:limit])


def _missing(kind: Kind, actor: Actor):
    own = {kind.owner: actor.user_id, "session_id": actor.session_id}
    embedded = Exists(kind.vectors.objects.filter(pk=OuterRef("pk"), made_by=current_embedder().name))
    return kind.model.objects.filter(kind.of, ~embedded, **own).order_by("-timestamp", "-id")[:AT_ONCE]


def _keep(actor: Actor, vessel: UserVessel, kind: Kind, pk: UUID, words: str, vector: np.ndarray, made_by: str) -> bool:
    """Keep one vector if its words still stand. The lock is the trigger's: a change comes before this, or removes it."""
    with transaction_as(actor):
        _one_at_a_time("vector of", pk)
        row = kind.model.objects.filter(pk=pk).first()
        if row is None or getattr(row, kind.words) != words:
            return False
        if kind.vectors.objects.filter(pk=pk, made_by=made_by).exists():
            return False
        kind.vectors.objects.filter(pk=pk).delete()
        kind.vectors.objects.bulk_create([kind.vectors(id=pk, **_of(vessel, vector, made_by))])
    return True


def _keep_whole(actor: Actor, vessel: UserVessel, made_by: str, *, anew: bool) -> None:
    """The vessel's own vector: the mean of its moments', of length 1. None for a vessel without moments."""
    with transaction_as(actor):
        _one_at_a_time("vector of vessel", vessel.pk)
        whole = VesselEmbedding.objects.filter(pk=vessel.pk)
        if not anew and whole.filter(made_by=made_by).exists():
            return
        of = {"vessel": vessel, "owner_id": actor.user_id, "made_by": made_by}
        held = [kind.vectors.objects.filter(**of).aggregate(mean=MEAN, count=Count("pk")) for kind in KINDS]
        held = [one for one in held if one["count"]]
        if not held:
            return
        means = [np.asarray(one["mean"], dtype=np.float32) for one in held]
        mean = np.average(means, axis=0, weights=[one["count"] for one in held])
        whole.delete()
        VesselEmbedding.objects.bulk_create(
            [VesselEmbedding(id=vessel.pk, **_of(vessel, mean / max(float(np.linalg.norm(mean)), 1e-6), made_by))]
        )


def _of(vessel: UserVessel, vector: np.ndarray, made_by: str) -> dict:
    return {
        "owner_id": vessel.owner_id,
        "session_id": vessel.session_id,
        "vessel": vessel,
        "embedding": vector.tolist(),
        "made_by": made_by,
    }


def _one_at_a_time(what: str, pk: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s || ' ' || %s, 0))", [what, str(pk)])


def _nearest(
    kind: Kind, owner_id: UUID, vessel: UserVessel, vector: list[float], limit: int, stages
) -> Iterator[Moment]:
    distance = CosineDistance("embedding", vector)
    near = kind.vectors.objects.filter(vessel=vessel, owner_id=owner_id, made_by=current_embedder().name)
    if stages is not None:
        rows = kind.model.objects.filter(**{kind.owner: owner_id, "vessel": vessel, "stage__in": list(stages)})
        near = near.filter(pk__in=rows.values("pk"))
    distances = dict(near.order_by(distance).values_list("pk", distance)[:limit])
    for row in kind.model.objects.filter(pk__in=distances).order_by("pk"):
        yield Moment(row, getattr(row, kind.words), row.timestamp, 1.0 - distances[row.pk])
