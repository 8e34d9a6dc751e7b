"""What the guide keeps in mind, made again whenever the person's words change (DESIGN §10.5).

A claim is one UPDATE on a row without content, kept alive while the guide thinks, outside any transaction. The result is
written only if the version it was made from is still current; else the row stays dirty and the next worker takes it.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from beheard.ai.budget import charged_to
from beheard.crypto.errors import WordsUnavailable
from beheard.rls import Actor, transaction_as
from stages.guide import evidence
from stages.guide.interface import SynthesisContent, Words
from stages.guide.registry import current_guide
from stages.models import StageProgress, Synthesis
from stages.own_words import own_words
from stages.patience import kept, patiently
from stages.retrieval import note_use

logger = logging.getLogger(__name__)

CLAIM = timedelta(seconds=10)  # a dead worker's claim runs out after this
RENEW_SECONDS = 3.0
REST = timedelta(seconds=15)  # after a guide failed, before it is asked again
DEBOUNCE = timedelta(seconds=5)
SHORTEST_POLL, LONGEST_POLL = 0.05, 0.5  # seconds


@dataclass
class Claim:
    """One worker's right to make one version of one synthesis. `until` is also what tells it from another's claim."""

    actor: Actor
    stage: int
    version: int
    until: datetime
    words: tuple[Words, ...]


def fresh(*, user_id: UUID, session_id: UUID, stage: int, patience: float = 30.0) -> SynthesisContent | None:
    """The synthesis of this stage as of now: made again if it is dirty, by this caller or by one already at it.

    `patience` in seconds; TimeoutError after it. None when the person has not come to this stage. Call it outside any
    transaction: others see a claim only once it is committed.
    """
    actor = Actor.ai(user_id, session_id)
    until, poll = time.monotonic() + patience, SHORTEST_POLL
    while time.monotonic() < until:
        state, content = _read(actor, stage)
        if state != "dirty":
            return content
        if not regenerate(user_id=user_id, session_id=session_id, stage=stage):
            time.sleep(poll)
            poll = min(poll * 1.5, LONGEST_POLL)
    raise TimeoutError("the synthesis is still being made")


def regenerate(*, user_id: UUID, session_id: UUID, stage: int) -> bool:
    """Make it again if it is dirty and nobody is at it. True when this call wrote it."""
    actor = Actor.ai(user_id, session_id)
    try:
        claim = patiently(lambda: _claim(actor, stage, now=timezone.now()))
        return claim is not None and _make(claim)
    except WordsUnavailable:
        logger.info("A vessel was erased before its synthesis was made")
        return False


def dirty(*, now: datetime, limit: int = 200) -> list[tuple[UUID, UUID, int]]:
    """Owner, session and stage of syntheses that have been dirty for a moment and that nobody is making."""
    with transaction_as(Actor.system()):
        rows = StageProgress.objects.filter(
            _free(now), is_synthesis_dirty=True, content_version__gt=0, content_changed_at__lt=now - DEBOUNCE
        ).order_by("content_changed_at")
        return list(rows.values_list("owner_id", "session_id", "stage")[:limit])


def _make(claim: Claim) -> bool:
    try:
        with kept(lambda: _renew(claim), every=RENEW_SECONDS):
            with charged_to(claim.actor.user_id):
                content = current_guide().synthesise(claim.words)
            content = evidence.only_real_synthesis(content, claim.words)
    except BaseException:
        _release(claim, until=timezone.now() + REST)
        raise
    return patiently(lambda: _write(claim, content, now=timezone.now()))


def _claim(actor: Actor, stage: int, *, now: datetime) -> Claim | None:
    """The version is read by the very update that claims it: whoever writes meanwhile waits, and raises it afterwards."""
    with transaction_as(actor):
        rows = _row(actor, stage).filter(_free(now), is_synthesis_dirty=True)
        if not rows.update(synthesis_claimed_until=now + CLAIM):
            return None
        progress_id, version = _row(actor, stage).values_list("pk", "content_version").get()
        words = own_words(actor, stage)
        note_use("SYNTHESIS", words, use_id=progress_id, actor=actor, now=now)
        return Claim(actor, stage, version, now + CLAIM, words)


def _renew(claim: Claim) -> None:
    until = timezone.now() + CLAIM
    with transaction_as(claim.actor):
        if _held(claim).update(synthesis_claimed_until=until):
            claim.until = until


def _release(claim: Claim, *, until: datetime | None) -> None:
    try:
        with transaction_as(claim.actor):
            _held(claim).update(synthesis_claimed_until=until)
    except Exception as trouble:  # it runs out by itself
        logger.warning("A claim could not be released: %s", type(trouble).__name__)


def _write(claim: Claim, content: SynthesisContent, *, now: datetime) -> bool:
    with transaction_as(claim.actor):
        current = _row(claim.actor, claim.stage).filter(
            content_version=claim.version, synthesis_version__lt=claim.version
        )
        written = current.update(
            is_synthesis_dirty=False,
            synthesis_version=claim.version,
            synthesis_last_updated=now,
            synthesis_claimed_until=None,
        )
        if not written:
            _held(claim).update(synthesis_claimed_until=None)
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


def _read(actor: Actor, stage: int) -> tuple[str, SynthesisContent | None]:
    with transaction_as(actor):
        progress = _row(actor, stage).first()
        if progress is None:
            return "none", None
        if progress.is_synthesis_dirty:
            return "dirty", None
        row = Synthesis.objects.get(session_id=actor.session_id, owner_id=actor.user_id, stage=stage)
        return "clean", SynthesisContent.model_validate(row.content)


def _row(actor: Actor, stage: int):
    return StageProgress.objects.filter(owner_id=actor.user_id, session_id=actor.session_id, stage=stage)


def _held(claim: Claim):
    return _row(claim.actor, claim.stage).filter(synthesis_claimed_until=claim.until)


def _free(now: datetime) -> Q:
    return Q(synthesis_claimed_until__isnull=True) | Q(synthesis_claimed_until__lt=now)
