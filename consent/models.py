"""The consent ledger: what each person was shown, what they decided, and a history nobody can quietly change."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.rls import sql
from beheard.rls.constraints import Protected, one_of, policies
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import immutable


class ContentType(models.TextChoices):
    IDENTIFIED_NEED = "IDENTIFIED_NEED", "a need"
    EVENT_SUMMARY = "EVENT_SUMMARY", "something that happened"
    EMOTIONAL_PATTERN = "EMOTIONAL_PATTERN", "how it has felt"
    BOUNDARY = "BOUNDARY", "a boundary"
    EMPATHY_ATTEMPT = "EMPATHY_ATTEMPT", "a letter"
    EMPATHY_FEEDBACK = "EMPATHY_FEEDBACK", "an answer to a letter"
    OWNERSHIP_LINE = "OWNERSHIP_LINE", "what I own in this"
    PROPOSAL = "PROPOSAL", "an idea"


class Decision(models.TextChoices):
    GRANTED = "GRANTED", "shared"
    DENIED = "DENIED", "kept private"
    REVOKED = "REVOKED", "taken back"


class ConsentRecord(UUIDModel):
    """The current state of one decision. `decision` is null until the person decides; the preview is part of it.

    Changes go through `door.decide_consent` only. Staff auditors read it; it never holds words.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    # No index of its own: one without the owner in it would let a plan count what the other has decided (docs/privacy.md).
    session = models.ForeignKey(
        "people.Session", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    content_type = models.CharField(max_length=20, choices=ContentType)
    item_id = models.UUIDField()
    preview_digest = models.BinaryField(max_length=32)  # HMAC-SHA256 of the exact words, under the person's key
    offered_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, choices=Decision, null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    metadata = models.JSONField(default=dict, blank=True)  # never words

    class Meta:
        constraints = [
            Protected(name="consent_protected"),
            *policies("consent", "user", "S", sql.own()),
            *policies(
                "consent", "user", "I", f"{sql.own()} AND {sql.member_of()} AND decision IS NULL AND revoked_at IS NULL"
            ),
            *policies("consent", "ai", "S", sql.own_in_session()),
            *policies("consent", "auditor", "S", "true"),
            *policies("consent", "door", "SU", "true"),
            one_of("content_type", ContentType, "consent_type_known"),
            CheckConstraint(
                condition=Q(decision__isnull=True) | Q(decision__in=Decision.values), name="consent_decision_known"
            ),
            CheckConstraint(
                condition=Q(decision__isnull=True, decided_at__isnull=True)
                | Q(decision__isnull=False, decided_at__isnull=False),
                name="consent_decided_with_time",
            ),
            CheckConstraint(
                # A comparison with NULL is neither true nor false, and would let anything pass.
                condition=Q(decision__isnull=False, decision="REVOKED", revoked_at__isnull=False)
                | ((Q(decision__isnull=True) | ~Q(decision="REVOKED")) & Q(revoked_at__isnull=True)),
                name="consent_revoked_with_time",
            ),
            UniqueConstraint(fields=["id", "owner"], name="consent_pair"),
            # What consented content points at: it can be of nothing else than what was decided.
            UniqueConstraint(fields=["id", "owner", "session", "content_type", "item_id"], name="consent_whole"),
        ]
        indexes = [models.Index(fields=["owner", "decided_at"], name="consent_owner_decided")]


class Action(models.TextChoices):
    OFFERED = "OFFERED", "offered"
    GRANTED = "GRANTED", "granted"
    COOLING = "COOLING", "cooling off"
    CROSSED = "CROSSED", "crossed"
    DECLINED = "DECLINED", "declined"
    EDITED = "EDITED", "edited"
    REVOKED = "REVOKED", "revoked"
    REGRANTED = "REGRANTED", "granted again"
    EXPIRED = "EXPIRED", "went back"
    HINT_USED = "HINT_USED", "hint used"


class ConsentEvent(models.Model):
    """One link of a person's chain. Append-only: inserted by `door.append_consent`, never changed, never removed.

    No foreign keys, so that it outlives what it speaks of. `actor` is a pseudonym, `digest` an HMAC of the exact words under a
    key of the person's, `hash` = SHA-256 over every other field and the previous link's hash.
    """

    owner_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.BinaryField(max_length=32)
    action = models.CharField(max_length=10, choices=Action)
    content_type = models.CharField(max_length=20, choices=ContentType)
    record_id = models.UUIDField()
    session_id = models.UUIDField()
    item_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    pk = models.CompositePrimaryKey("owner_id", "sequence")

    class Meta:
        constraints = [
            Protected(name="consent_event_protected"),
            *policies("consent_event", "user", "S", sql.own()),
            *policies("consent_event", "auditor", "S", "true"),
            *policies("consent_event", "door", "SI", "true"),
            one_of("action", Action, "consent_event_action_known"),
            one_of("content_type", ContentType, "consent_event_type_known"),
        ]
        triggers = immutable("consent_event")
