"""The consent ledger: what each person was shown, what they decided, and a history nobody can quietly change."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from beheard.rls import sql
from beheard.rls.constraints import Protected, one_of, policies
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import immutable, sealed_by_commit


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
    key of the person's, `hash` = SHA-256 over every other field and the previous link's hash. Order is `sequence`, never `at`:
    that is the database's clock (for a crossing: when it happened), which may step back.
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
        triggers = [*immutable("consent_event"), *sealed_by_commit("consent_event")]


class ConsentSeal(models.Model):
    """The seal on one link: an HMAC over its number and hash, under a key that the database never has (`consent.seals`).

    Made by the application in the transaction that appends the link, which can't be committed without it. As the hash of a link
    names everything before it, each seal seals a head and a length. `sealed_at` is the application's clock: with the link's own
    time, a clock that was put back shows.
    """

    owner_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    key_id = models.BinaryField(max_length=8)
    seal = models.BinaryField(max_length=32)
    pk = models.CompositePrimaryKey("owner_id", "sequence")

    class Meta:
        constraints = [
            Protected(name="consent_seal_protected"),
            *policies("consent_seal", "user", "S", sql.own()),
            *policies("consent_seal", "auditor", "S", "true"),
            *policies("consent_seal", "door", "SI", "true"),
        ]
        triggers = immutable("consent_seal")


class ConsentHead(models.Model):
    """Where each chain ends, and how much of it is sealed and anchored outside the database: what is left to do, not a proof."""

    owner_id = models.UUIDField(primary_key=True)
    length = models.PositiveIntegerField()
    sealed_length = models.PositiveIntegerField(default=0)
    anchored_length = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            Protected(name="consent_head_protected"),
            *policies("consent_head", "auditor", "S", "true"),
            *policies("consent_head", "door", "SIU", "true"),
            CheckConstraint(
                condition=Q(anchored_length__lte=F("sealed_length"), sealed_length__lte=F("length")),
                name="consent_head_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_id"], condition=Q(anchored_length__lt=F("length")), name="consent_head_to_anchor"
            )
        ]


class AuditLook(UUIDModel):
    """Every look a staff auditor takes: who, when, at which page, at which record or with which filters. Append-only."""

    auditor_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    page = models.CharField(max_length=40)
    about = models.JSONField(default=dict, blank=True)  # ids, filters, numbers; nobody's words

    class Meta:
        constraints = [
            Protected(name="audit_look_protected"),
            *policies("audit_look", "auditor", "S", "true"),
            *policies("audit_look", "auditor", "I", sql.own("auditor_id")),
        ]
        triggers = immutable("audit_look")
        indexes = [models.Index(fields=["-at"], name="audit_look_recent")]
