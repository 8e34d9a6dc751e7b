"""What the guide keeps in mind, made again whenever the person's words change (DESIGN §10.5).

A claim is one UPDATE on a row without content. The guide is called outside any transaction. The result is written only if the
version it was made from is still current; else the row stays dirty and the next worker takes it.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages.bundles import words_of
from stages.guide.interface import SynthesisContent, Words
from stages.guide.registry import current_guide
from stages.models import Message, MessageRole, StageProgress, Synthesis

CLAIM = timedelta(seconds=60)
DEBOUNCE = timedelta(seconds=5)
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Claim:
    """One worker's right to make one version of one synthesis."""

    actor: Actor
    stage: int
    version: int
    words: tuple[Words, ...]


def fresh(*, user_id: UUID, session_id: UUID, stage: int, patience: float = 30.0) -> SynthesisContent | None:
    """The synthesis of this stage as of now: made again if it is dirty, by this caller or by one already at it.

    `patience` in seconds; TimeoutError after it. None when the person has not come to this stage.
    """
    actor = Actor.ai(user_id, session_id)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        state, content = _read(actor, stage)
        if state != "dirty":
            return content
        if not regenerate(user_id=user_id, session_id=session_id, stage=stage):
            time.sleep(POLL_SECONDS)
    raise TimeoutError("the synthesis is still being made")


def regenerate(*, user_id: UUID, session_id: UUID, stage: int) -> bool:
    """Make it again if it is dirty and nobody is at it. True when this call wrote it."""
    actor = Actor.ai(user_id, session_id)
    claim = _claim(actor, stage, now=timezone.now())
    if claim is None:
        return False
    try:
        content = current_guide().synthesise(claim.words)
    except BaseException:
        _release(claim)
        raise
    return _write(claim, content, now=timezone.now())


def dirty(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID, int]]:
    """Owner, session and stage of syntheses that have been dirty for a moment and that nobody is making."""
    with transaction_as(Actor.system()):
        rows = StageProgress.objects.filter(
            _free(now), is_synthesis_dirty=True, content_version__gt=0, content_changed_at__lt=now - DEBOUNCE
        ).order_by("content_changed_at")
        return list(rows.values_list("owner_id", "session_id", "stage")[:limit])


def _claim(actor: Actor, stage: int, *, now: datetime) -> Claim | None:
    """The version is read by the very update that claims it: whoever writes meanwhile waits, and raises it afterwards."""
    with transaction_as(actor):
        rows = _row(actor, stage).filter(_free(now), is_synthesis_dirty=True)
        if not rows.update(synthesis_claimed_until=now + CLAIM):
            return None
        version = _row(actor, stage).values_list("content_version", flat=True).get()
        return Claim(actor, stage, version, _words(actor, stage))


def _write(claim: Claim, content: SynthesisContent, *, now: datetime) -> bool:
    with transaction_as(claim.actor):
        held = _row(claim.actor, claim.stage).filter(content_version=claim.version, synthesis_version__lt=claim.version)
        written = held.update(
            is_synthesis_dirty=False,
            synthesis_version=claim.version,
            synthesis_last_updated=now,
            synthesis_claimed_until=None,
        )
        if not written:
            _row(claim.actor, claim.stage).update(synthesis_claimed_until=None)
            return False
        _store(claim, content, now)
        return True


def _store(claim: Claim, content: SynthesisContent, now: datetime) -> None:
    progress = _row(claim.actor, claim.stage).get()
    key = {"session_id": progress.session_id, "owner_id": progress.owner_id, "stage": progress.stage}
    synthesis = Synthesis.objects.filter(**key).first() or Synthesis(vessel_id=progress.vessel_id, **key)
    synthesis.content = content.model_dump(mode="json")
    synthesis.content_version, synthesis.made_at = claim.version, now
    synthesis.save()


def _release(claim: Claim) -> None:
    with transaction_as(claim.actor):
        _row(claim.actor, claim.stage).update(synthesis_claimed_until=None)


def _read(actor: Actor, stage: int) -> tuple[str, SynthesisContent | None]:
    with transaction_as(actor):
        progress = _row(actor, stage).first()
        if progress is None or progress.content_version == 0:
            return "none", None
        if progress.is_synthesis_dirty:
            return "dirty", None
        row = Synthesis.objects.get(session_id=actor.session_id, owner_id=actor.user_id, stage=stage)
        return "clean", SynthesisContent.model_validate(row.content)


def _row(actor: Actor, stage: int):
    return StageProgress.objects.filter(owner_id=actor.user_id, session_id=actor.session_id, stage=stage)


def _free(now: datetime) -> Q:
    return Q(synthesis_claimed_until__isnull=True) | Q(synthesis_claimed_until__lt=now)


def _words(actor: Actor, stage: int) -> tuple[Words, ...]:
    """The person's own words up to this stage, oldest first."""
    rows = Message.objects.filter(
        for_user_id=actor.user_id, session_id=actor.session_id, role=MessageRole.USER, stage__lte=stage
    )
    return tuple(words_of(row) for row in rows.order_by("timestamp", "id"))
