"""What the ledger leaves for later."""

from celery import shared_task
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from consent import checkpoints, verification
from consent.audit import HOUSE


@shared_task(name="consent.checkpoint")
def checkpoint() -> int:
    """The ends of all chains that have grown, written down outside the database. Late, or twice, does no harm."""
    with transaction_as(Actor.system()):
        return checkpoints.anchor(now=timezone.now())


@shared_task(name="consent.verify", time_limit=800, soft_time_limit=780)
def verify() -> str:
    """The whole ledger, because an auditor asked. Returns whether it is whole."""
    with transaction_as(HOUSE):
        return verification.verify(now=timezone.now()).state
