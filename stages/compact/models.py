"""Stage 0: the private safety questions. Topic and invitation are in people; the signature is a Step."""

from django.db import models
from django.utils import timezone

from beheard.crypto.fields import EncryptedJSONField
from beheard.rls.constraints import one_of
from vessels.private.base import VesselItem, vessel_item

__all__ = ["Outcome", "SafetyCheck", "SafetyOutcome"]


class SafetyCheck(VesselItem):
    """The answers. Written and deleted by their owner, read by nobody again (a borrowed phone)."""

    answers = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [*vessel_item("safety_check", user="ID")]


class Outcome(models.TextChoices):
    OPEN = "OPEN", "joint stages open"
    CLOSED = "CLOSED", "joint stages closed"


class SafetyOutcome(VesselItem):
    """What follows from the last answers: whether joint stages are open for this person. Only they see it."""

    outcome = models.CharField(max_length=6, choices=Outcome)
    pauses_at = models.DateTimeField(null=True, blank=True)  # when the partner sees an ordinary pause
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("safety_outcome", user="SI", door="S"),
            one_of("outcome", Outcome, "safety_outcome_known"),
        ]
        indexes = [models.Index(fields=["owner", "session", "-created_at"], name="safety_outcome_latest")]
