"""Celery tasks: ids in, one domain call, nothing out. Every one may run twice, or late, or not at all without harm."""

import logging
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from beheard.ai.errors import ModelTrouble
from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from stages import embeddings, outbox, suggestions, syntheses, turn
from stages.compact import sending
from stages.needs import common, search
from stages.patience import patiently
from stages.queue import quietly
from stages.repair import pool
from stages.rhythm import sweeps
from stages.witness import actions as witness

logger = logging.getLogger(__name__)

SWEPT_EXPIRES = 10.0  # seconds: while all workers are busy, what is swept again and again does not pile up


def task(name: str) -> Callable:
    """A Celery task that runs once more when the database was away."""

    def wrapper(work):
        @shared_task(name=name)
        @wraps(work)
        def run(*ids: str) -> None:
            patiently(lambda: work(*ids))

        return run

    return wrapper


@task("stages.reply_to")
def reply_to(message_id: str, user_id: str, session_id: str) -> None:
    ids = {"user_id": UUID(user_id), "session_id": UUID(session_id)}
    if not turn.answer(message_id=UUID(message_id), **ids):
        return
    quietly("stages.embed", user_id, session_id)
    if witness.recap_is_due(**ids):
        witness.offer_recap(now=timezone.now(), **ids)


@task("stages.find_again")
def find_again(message_id: str, user_id: str, session_id: str) -> None:
    turn.find_again(message_id=UUID(message_id), user_id=UUID(user_id), session_id=UUID(session_id))
    quietly("stages.embed", user_id, session_id)


@task("stages.make_recap")
def make_recap(user_id: str, session_id: str) -> None:
    witness.offer_recap(user_id=UUID(user_id), session_id=UUID(session_id), now=timezone.now())


@task("stages.suggest")
def suggest(purpose: str, about_id: str, user_id: str, session_id: str) -> None:
    suggestions.make(
        purpose=purpose,
        about_id=UUID(about_id),
        user_id=UUID(user_id),
        session_id=UUID(session_id),
        now=timezone.now(),
    )


@task("stages.publish_pool")
def publish_pool(session_id: str) -> None:
    pool.publish(UUID(session_id))


@task("stages.find_needs")
def find_needs(user_id: str, session_id: str) -> None:
    search.find_needs(user_id=UUID(user_id), session_id=UUID(session_id), now=timezone.now())


@task("stages.find_common_ground")
def find_common_ground(session_id: str) -> None:
    common.find(session_id=UUID(session_id), now=timezone.now())


@task("stages.send_invitation")
def send_invitation(invitation_id: str, user_id: str) -> None:
    sending.send(invitation_id=UUID(invitation_id), user_id=UUID(user_id), now=timezone.now())


@task("stages.sweep_invitations")
def sweep_invitations() -> None:
    for invitation_id, user_id in sending.owed(now=timezone.now()):
        quietly("stages.send_invitation", invitation_id, user_id, expires=SWEPT_EXPIRES)


@task("stages.sweep_rhythm")
def sweep_rhythm() -> None:
    sweeps.remind()
    sweeps.end_quietly()
    sweeps.nudge()


@task("stages.send_notices")
def send_notices() -> None:
    sweeps.send_notices(now=timezone.now())


@task("stages.sweep_outbox")
def sweep_outbox() -> None:
    for message_id, user_id, session_id in outbox.owed(now=timezone.now()):
        quietly("stages.reply_to", message_id, user_id, session_id, expires=SWEPT_EXPIRES)


@task("stages.regenerate")
def regenerate(user_id: str, session_id: str, stage: str) -> None:
    syntheses.regenerate(user_id=UUID(user_id), session_id=UUID(session_id), stage=int(stage))


@task("stages.sweep_syntheses")
def sweep_syntheses() -> None:
    for user_id, session_id, stage in syntheses.dirty(now=timezone.now()):
        quietly("stages.regenerate", user_id, session_id, stage, expires=SWEPT_EXPIRES)


@task("stages.embed")
def embed(user_id: str, session_id: str) -> None:
    try:
        embeddings.catch_up(user_id=UUID(user_id), session_id=UUID(session_id))
    except ModelTrouble as away:
        logger.info("Vectors are made later: %s", type(away).__name__)


@task("stages.sweep_embeddings")
def sweep_embeddings() -> None:
    for user_id, session_id in embeddings.behind(now=timezone.now()):
        quietly("stages.embed", user_id, session_id, expires=SWEPT_EXPIRES)


@task("stages.sweep_check_ins")
def sweep_check_ins() -> None:
    """Reminders for the day on which both wanted to look back."""
    with transaction_as(Actor.system()):
        door("sweep_check_ins")


@task("stages.sweep_meetings")
def sweep_meetings() -> None:
    """Meetings whose second step began to count meanwhile, and what follows from a meeting that no worker has done yet."""
    with transaction_as(Actor.system()):
        door("sweep_meetings")
        owing = [row["sessions_owing_pool"] for row in door("sessions_owing_pool")]
    for session_id in owing:
        quietly("stages.publish_pool", session_id)
    for session_id in common.owed():
        quietly("stages.find_common_ground", session_id)
