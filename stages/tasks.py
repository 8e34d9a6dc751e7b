"""Celery tasks: ids in, one domain call, nothing out. Every one may run twice, or late, or not at all without harm."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from stages import outbox, syntheses, turn

logger = logging.getLogger(__name__)


def quietly(task, *ids) -> None:
    """Queue a task. A broker that is away is no reason to lose a page: beat sweeps up what was not queued."""
    try:
        task.apply_async([str(identity) for identity in ids], retry=False)
    except OperationalError:
        logger.warning("The broker is away; %s will be swept up", task.name)


def ask_quietly(message_id: UUID, user_id: UUID, session_id: UUID) -> None:
    quietly(reply_to, message_id, user_id, session_id)


@shared_task(name="stages.reply_to")
def reply_to(message_id: str, user_id: str, session_id: str) -> None:
    from stages.witness import actions

    ids = {"user_id": UUID(user_id), "session_id": UUID(session_id)}
    if turn.answer(message_id=UUID(message_id), **ids) and actions.recap_is_due(**ids):
        actions.offer_recap(now=timezone.now(), **ids)


@shared_task(name="stages.make_recap")
def make_recap(user_id: str, session_id: str) -> None:
    from stages.witness import actions

    actions.offer_recap(user_id=UUID(user_id), session_id=UUID(session_id), now=timezone.now())


@shared_task(name="stages.suggest")
def suggest(purpose: str, about_id: str, user_id: str, session_id: str) -> None:
    from stages import suggestions

    suggestions.make(
        purpose=purpose,
        about_id=UUID(about_id),
        user_id=UUID(user_id),
        session_id=UUID(session_id),
        now=timezone.now(),
    )


@shared_task(name="stages.publish_pool")
def publish_pool(session_id: str) -> None:
    from stages.repair import pool

    pool.publish(UUID(session_id))


@shared_task(name="stages.find_needs")
def find_needs(user_id: str, session_id: str) -> None:
    from stages.needs import search

    search.find_needs(user_id=UUID(user_id), session_id=UUID(session_id), now=timezone.now())


@shared_task(name="stages.find_common_ground")
def find_common_ground(session_id: str) -> None:
    from stages.needs import common

    common.find(session_id=UUID(session_id), now=timezone.now())


@shared_task(name="stages.sweep_outbox")
def sweep_outbox() -> None:
    for message_id, user_id, session_id in outbox.owed(now=timezone.now()):
        ask_quietly(message_id, user_id, session_id)


@shared_task(name="stages.regenerate")
def regenerate(user_id: str, session_id: str, stage: str) -> None:
    syntheses.regenerate(user_id=UUID(user_id), session_id=UUID(session_id), stage=int(stage))


@shared_task(name="stages.sweep_syntheses")
def sweep_syntheses() -> None:
    for user_id, session_id, stage in syntheses.dirty(now=timezone.now()):
        quietly(regenerate, user_id, session_id, stage)


@shared_task(name="stages.sweep_meetings")
def sweep_meetings() -> None:
    """Meetings whose second step began to count meanwhile, and what follows from a meeting that no worker has done yet."""
    with transaction_as(Actor.system()):
        door("sweep_meetings")
        owing = [row["sessions_owing_pool"] for row in door("sessions_owing_pool")]
    for session_id in owing:
        quietly(publish_pool, session_id)
    from stages.needs import common

    for session_id in common.owed():
        quietly(find_common_ground, session_id)
