"""Stage 1: recaps the person corrects until they are right, and exercises."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.rls import sql
from beheard.rls.constraints import one_of, policies
from beheard.rls.triggers import raises_content_version
from vessels.private.base import VesselItem, vessel_item

__all__ = ["Exercise", "ExerciseCompletion", "Recap", "RecapStatus"]


class RecapStatus(models.TextChoices):
    OFFERED = "OFFERED", "offered"
    ACCEPTED = "ACCEPTED", "accepted"
    CORRECTED = "CORRECTED", "corrected"


class Recap(VesselItem):
    """What the guide has heard so far, in its words. Right only when the person says so."""

    text = EncryptedTextField()
    correction = EncryptedTextField(blank=True, default="")
    status = models.CharField(max_length=9, choices=RecapStatus, default=RecapStatus.OFFERED)
    stage = models.PositiveSmallIntegerField(default=1)
    after_message_id = models.UUIDField(null=True, blank=True)
    offered_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("recap", user="SUD", ai="S"),
            *policies("recap", "ai", "I", f"{sql.own_in_session()} AND status = 'OFFERED'"),
            one_of("status", RecapStatus, "recap_status_known"),
            CheckConstraint(
                condition=Q(status="OFFERED", answered_at__isnull=True)
                | (~Q(status="OFFERED") & Q(answered_at__isnull=False)),
                name="recap_answered_with_time",
            ),
            UniqueConstraint(fields=["vessel", "owner", "stage"], condition=Q(status="OFFERED"), name="recap_one_open"),
        ]
        indexes = [models.Index(fields=["owner", "session", "-offered_at"], name="recap_latest")]
        triggers = raises_content_version("recap")


class Exercise(models.TextChoices):
    BREATHING = "BREATHING", "breathing"
    GROUNDING = "GROUNDING", "5-4-3-2-1"
    BODY_SCAN = "BODY_SCAN", "body scan"
    BREAK = "BREAK", "a break"


class ExerciseCompletion(VesselItem):
    exercise = models.CharField(max_length=9, choices=Exercise)
    stage = models.PositiveSmallIntegerField(default=1)
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("exercise", ai="S"),
            one_of("exercise", Exercise, "exercise_known"),
        ]
