"""Stage 2: a guess at the other's side, letters that cross together, and what landed.

What crosses is ConsentedContent; everything here is private.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from beheard.rls.constraints import CompositeForeignKey
from beheard.rls.triggers import raises_content_version, takes_back_shared
from vessels.private.base import VesselItem, vessel_item

__all__ = ["EmpathyAttempt", "EmpathyDraft", "EmpathyValidation", "HintAccess", "ReframeSuggestion", "Verdict"]


MOST_ROUNDS = 9


class EmpathyDraft(VesselItem):
    """One version of the guess, and of up to three lines "what I'd want you to know"."""

    version = models.PositiveSmallIntegerField()
    guess = EncryptedTextField(max_length=6000, blank=True, default="")
    want_known = EncryptedTextField(max_length=1200, blank=True, default="")
    stage = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("empathy_draft", ai="S"),
            UniqueConstraint(fields=["vessel", "owner", "version"], name="empathy_draft_version_once"),
            UniqueConstraint(fields=["id", "owner"], name="empathy_draft_pair"),
        ]
        triggers = raises_content_version("empathy_draft")


class EmpathyAttempt(VesselItem):
    """The letter as its writer finished it: round 1 the letter, each later one a restatement. Crosses only by consent."""

    round = models.PositiveSmallIntegerField(default=1)
    guess = EncryptedTextField(max_length=6000)
    want_known = EncryptedTextField(max_length=1200, blank=True, default="")
    content_id = models.UUIDField(null=True, blank=True)  # the ConsentedContent that carries it
    stage = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("empathy_attempt", ai="S"),
            UniqueConstraint(fields=["vessel", "owner", "round"], name="empathy_attempt_round_once"),
            CheckConstraint(condition=Q(round__gte=1, round__lte=MOST_ROUNDS), name="empathy_attempt_rounds"),
        ]
        triggers = [*raises_content_version("empathy_attempt"), *takes_back_shared("empathy_attempt")]


class Verdict(models.TextChoices):
    UNDERSTOOD = "UNDERSTOOD", "I feel understood enough"
    DIFFERENTLY = "DIFFERENTLY", "we see this differently"


class EmpathyValidation(VesselItem):
    """What the reader marks in the other's letter: what landed, one thing to add, and where they end. No grade."""

    content_id = models.UUIDField()  # the partner's letter, by its ConsentedContent
    landed = EncryptedJSONField(default=list, blank=True)
    to_add = EncryptedTextField(max_length=1200, blank=True, default="")
    verdict = models.CharField(max_length=12, choices=Verdict, null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("empathy_validation", ai="S"),
            UniqueConstraint(fields=["vessel", "owner", "content_id"], name="empathy_validation_once"),
            CheckConstraint(
                condition=Q(verdict__isnull=True) | Q(verdict__in=Verdict.values), name="empathy_verdict_known"
            ),
            CheckConstraint(
                condition=Q(verdict__isnull=True, decided_at__isnull=True)
                | Q(verdict__isnull=False, decided_at__isnull=False),
                name="empathy_verdict_with_time",
            ),
        ]
        triggers = [*raises_content_version("empathy_validation"), *takes_back_shared("empathy_validation")]


class ReframeSuggestion(VesselItem):
    """A judgment in a draft, and the curious question the guide put beside it."""

    draft = models.ForeignKey(EmpathyDraft, models.CASCADE, related_name="+", db_constraint=False)
    phrase = EncryptedTextField(max_length=600)
    question = EncryptedTextField(max_length=600)
    taken = models.BooleanField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("reframe", ai="S"),
            CompositeForeignKey(
                name="reframe_of_own_draft",
                columns=["draft_id", "owner_id"],
                to="stages.EmpathyDraft",
                to_columns=["id", "owner_id"],
            ),
        ]


class HintAccess(VesselItem):
    """A hint the person asked for, from what the partner already shares. At most two (slot 1 and 2)."""

    content_id = models.UUIDField()
    slot = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("hint", user="SI", ai="S"),
            CheckConstraint(condition=Q(slot__in=[1, 2]), name="hint_two_at_most"),
            UniqueConstraint(fields=["vessel", "owner", "slot"], name="hint_slot_once"),
            UniqueConstraint(fields=["vessel", "owner", "content_id"], name="hint_once"),
        ]
