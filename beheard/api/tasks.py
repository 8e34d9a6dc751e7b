from celery import shared_task

from beheard.api import idempotency


@shared_task(name="api.forget_answers")
def forget_answers() -> None:
    idempotency.forget_expired()
