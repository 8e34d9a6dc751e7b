"""Similar moments in one person's own words: vectors of what they said, felt and told, searched inside their vessel alone.

Stored through the vessel's key-derived transform (DESIGN §8), searched exactly (§10.3). Best effort: what a worker missed,
beat catches up with. A vector goes when its text changes (trigger `embedding_outdated`) or is deleted (foreign key).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q
from django.views.decorators.debug import sensitive_variables
from pgvector.django import CosineDistance

from beheard.ai.local_embedding import LocalEmbedder
from beheard.crypto.errors import WordsUnavailable
from beheard.crypto.keyring import data_key_for
from beheard.crypto.transform import transform
from beheard.people.pages import Place
from beheard.rls import Actor, transaction_as
from stages.models import Message, MessageEmbedding, MessageRole, StageProgress
from vessels.private.models import EmotionalReading, EventEmbedding, ReadingEmbedding, UserEvent, UserVessel
from vessels.private.queries import vessel_of

EMBEDDER = LocalEmbedder()
AT_ONCE = 100
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
    """Make the vectors that are missing in one vessel; returns how many. Twice changes nothing."""
    actor = Actor.ai(user_id, session_id)
    try:
        with transaction_as(actor):
            vessel = UserVessel.objects.filter(owner_id=user_id, session_id=session_id).first()
            missing = [(kind, row.pk, getattr(row, kind.words)) for kind in KINDS for row in _missing(kind, actor)]
            missing = [found for found in missing if found[2].strip()]
            if vessel is None or not missing:
                return 0
            key = data_key_for(vessel.key_scope()).material
    except WordsUnavailable:
        return 0
    vectors = transform(key, EMBEDDER.embed([words for _kind, _pk, words in missing]))
    return sum(
        _keep(actor, vessel, kind, pk, words, vector)
        for (kind, pk, words), vector in zip(missing, vectors, strict=True)
    )


@sensitive_variables()
def similar(place: Place, text: str, limit: int = 5) -> list[Moment]:
    """The person's own moments nearest to a text, nearest first. Only in the vessel of this session. Call it as them."""
    vessel = vessel_of(place)
    try:
        key = data_key_for(vessel.key_scope()).material
    except WordsUnavailable:  # nothing was ever sealed here
        return []
    vector = transform(key, EMBEDDER.embed([text]))[0].tolist()
    found = [moment for kind in KINDS for moment in _nearest(kind, place.user_id, vessel, vector, limit)]
    return sorted(found, key=lambda moment: -moment.likeness)[:limit]


def behind(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Owner and session of vessels in which something was written lately."""
    with transaction_as(Actor.system()):
        lately = StageProgress.objects.filter(content_changed_at__gt=now - LOOK_BACK)
        return list(lately.order_by("owner_id").values_list("owner_id", "session_id").distinct()[:limit])


def _missing(kind: Kind, actor: Actor):
    own = {kind.owner: actor.user_id, "session_id": actor.session_id}
    embedded = Exists(kind.vectors.objects.filter(pk=OuterRef("pk")))
    return kind.model.objects.filter(kind.of, ~embedded, **own).order_by("-timestamp", "-id")[:AT_ONCE]


def _keep(actor: Actor, vessel: UserVessel, kind: Kind, pk: UUID, words: str, vector: np.ndarray) -> bool:
    """Keep one vector if its words still stand. The lock is the trigger's: a change comes before this, or removes it."""
    with transaction_as(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('vector of ' || %s, 0))", [str(pk)])
        row = kind.model.objects.filter(pk=pk).first()
        if row is None or getattr(row, kind.words) != words:
            return False
        kind.vectors.objects.bulk_create(
            [
                kind.vectors(
                    id=pk,
                    owner_id=actor.user_id,
                    session_id=actor.session_id,
                    vessel=vessel,
                    embedding=vector.tolist(),
                )
            ],
            ignore_conflicts=True,
        )
    return True


def _nearest(kind: Kind, owner_id: UUID, vessel: UserVessel, vector: list[float], limit: int):
    near = kind.vectors.objects.filter(vessel=vessel, owner_id=owner_id).order_by(CosineDistance("embedding", vector))
    distances = dict(near.values_list("pk", CosineDistance("embedding", vector))[:limit])
    for row in kind.model.objects.filter(pk__in=distances).order_by("pk"):
        yield Moment(row, getattr(row, kind.words), row.timestamp, 1.0 - distances[row.pk])
