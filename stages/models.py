"""The process: where each person stands, what was said, and what both have reached. Rooms add their own tables."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, Policy, Protected, members, one_of, policies, private
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import DoorTrigger, outdates_embedding
from stages.steps import MeetingKind, StepKind
from vessels.private.base import VesselItem, recent, vessel_item
from vessels.private.models import STAGE_RANGE, Embedding, embedding_of, outdates_vessel

import pgtrigger  # isort: skip


class StageStatus(models.TextChoices):
    NOT_STARTED = "NOT_STARTED", "not started"
    IN_PROGRESS = "IN_PROGRESS", "in progress"
    GATE_PENDING = "GATE_PENDING", "waiting at the gate"
    COMPLETED = "COMPLETED", "completed"


SYNTHESIS_COLUMNS = ["is_synthesis_dirty", "synthesis_last_updated", "synthesis_version", "synthesis_claimed_until"]


class StageProgress(VesselItem):
    """One person in one stage of one session. Nobody else reads the row; a partner gets the stone from `door.partner_stone`.

    `content_version` is raised by database triggers on every content table; `synthesis_version` is the version the current
    synthesis was made from. Dirty means that the two differ.
    """

    stage = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=StageStatus, default=StageStatus.IN_PROGRESS)
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    gates_satisfied = EncryptedJSONField(default=dict, blank=True)  # {key: {"at": iso, "by": "fact"|"way_out"}}
    content_version = models.BigIntegerField(default=0)
    content_changed_at = models.DateTimeField(null=True, blank=True)
    is_synthesis_dirty = models.BooleanField(default=True)
    synthesis_version = models.BigIntegerField(default=-1)
    synthesis_last_updated = models.DateTimeField(null=True, blank=True)
    synthesis_claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("progress", user="SI", ai="S", door="SU"),
            Policy(
                name="progress_user_update",
                role="user",
                op="UPDATE",
                using=sql.own(),
                columns=["status", "completed_at", "gates_satisfied"],
            ),
            Policy(
                name="progress_ai_update",
                role="ai",
                op="UPDATE",
                using=sql.own_in_session(),
                columns=SYNTHESIS_COLUMNS,
            ),
            *policies("progress", "system", "S", "true"),
            UniqueConstraint(fields=["session", "owner", "stage"], name="progress_once"),
            one_of("status", StageStatus, "progress_status_known"),
            CheckConstraint(condition=STAGE_RANGE, name="progress_stage_range"),
            CheckConstraint(
                condition=Q(status="COMPLETED", completed_at__isnull=False)
                | (~Q(status="COMPLETED") & Q(completed_at__isnull=True)),
                name="progress_completed_with_time",
            ),
            CheckConstraint(
                condition=Q(synthesis_version__lte=models.F("content_version")), name="progress_synthesis_not_ahead"
            ),
        ]
        indexes = [
            models.Index(fields=["content_changed_at"], condition=Q(is_synthesis_dirty=True), name="progress_dirty")
        ]


class Step(VesselItem):
    """Something a person decided privately on the way. Nobody else sees it; `door.meet` looks at both persons' steps.

    `counts_from` lies twelve hours ahead when the barometer was high (hot hands); `returns_at` is when the waiting ends.
    """

    stage = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=StepKind)
    taken_at = models.DateTimeField()
    counts_from = models.DateTimeField()
    returns_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("step", user="SID", ai="S", door="SD"),
            UniqueConstraint(fields=["session", "owner", "kind"], name="step_once"),
            one_of("kind", StepKind, "step_kind_known"),
            CheckConstraint(condition=STAGE_RANGE, name="step_stage_range"),
            CheckConstraint(condition=Q(counts_from__gte=models.F("taken_at")), name="step_counts_after"),
        ]
        indexes = [
            models.Index(fields=["session"], condition=Q(counts_from__gt=models.F("taken_at")), name="step_waited"),
        ]


class Meeting(UUIDModel):
    """Something both have reached. Written only by `door.meet`; both learn of it at the same moment."""

    session = models.ForeignKey("people.Session", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=MeetingKind)
    met_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *members("meeting", user="S", ai="S", joint="S", door="SID"),
            UniqueConstraint(fields=["session", "kind"], condition=~Q(kind="ANOTHER_ROUND"), name="meeting_once"),
            one_of("kind", MeetingKind, "meeting_kind_known"),
        ]


class MessageRole(models.TextChoices):
    USER = "USER", "the person"
    AI = "AI", "the guide"
    SYSTEM = "SYSTEM", "BeHeard"


class Message(VesselItem):
    """One turn in one person's private thread (`for_user`). An answer of the guide names the message it answers."""

    owner = None
    for_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_column="owner_id", db_index=False
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", null=True, blank=True, db_index=False
    )
    role = models.CharField(max_length=6, choices=MessageRole)
    content = EncryptedTextField(max_length=20_000)
    stage = models.PositiveSmallIntegerField()
    in_reply_to = models.UUIDField(null=True, blank=True)
    timestamp = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    # Shared items an answer rests on: taken back, they take the answer out of what the guide may know.
    drawn_from = ArrayField(models.UUIDField(), default=list, blank=True)
    extracted_needs = EncryptedJSONField(default=list, blank=True)
    extracted_emotions = EncryptedJSONField(default=list, blank=True)

    class Meta:
        constraints = [
            *vessel_item("message", user="S", ai="S"),
            *policies("message", "user", "I", f"{sql.own()} AND role = 'USER' AND sender_id = {sql.ACTOR}"),
            *policies("message", "user", "UD", f"{sql.own()} AND role = 'USER'"),
            *policies("message", "ai", "I", f"{sql.own_in_session()} AND role = 'AI' AND sender_id IS NULL"),
            one_of("role", MessageRole, "message_role_known"),
            CheckConstraint(condition=STAGE_RANGE, name="message_stage_range"),
            CheckConstraint(
                condition=Q(role="USER", sender__isnull=False, sender=models.F("for_user"), in_reply_to__isnull=True)
                | (~Q(role="USER") & Q(sender__isnull=True)),
                name="message_sender_fits_role",
            ),
            CheckConstraint(
                condition=~Q(role="AI") | Q(in_reply_to__isnull=False), name="message_answer_names_question"
            ),
            UniqueConstraint(fields=["id", "for_user"], name="message_pair"),
            UniqueConstraint(fields=["in_reply_to"], condition=Q(role="AI"), name="message_answered_once"),
            # An answer is in the thread of its question, and goes with it.
            CompositeForeignKey(
                name="message_answers_own",
                columns=["in_reply_to", "owner_id"],
                to="stages.Message",
                to_columns=["id", "owner_id"],
            ),
        ]
        indexes = [
            *recent("message", "for_user"),
            models.Index(fields=["vessel", "for_user", "stage", "-timestamp"], name="message_stage_recent"),
        ]
        triggers = [
            DoorTrigger(
                name="message_content",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                function="message_changed",
            ),
            *outdates_embedding("message", words="content", table="stages_messageembedding"),
        ]

    @property
    def owner_id(self):
        return self.for_user_id

    @property
    def stream_id(self) -> str:
        return str(self.pk)

    @property
    def waiting_id(self) -> str:
        return f"waiting-{self.pk}"


class MessageEmbedding(Embedding):
    class Meta:
        constraints = embedding_of("message_embedding", "stages.Message")
        indexes = [models.Index(fields=["vessel", "owner", "session"], name="message_embedding_vessel")]
        triggers = outdates_vessel("message_embedding")


class Outbox(models.Model):
    """A reply that is owed: ids and times, no content. Written by a trigger with the message, settled by one with the answer."""

    message_id = models.UUIDField(primary_key=True)
    owner_id = models.UUIDField()
    session_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            Protected(name="outbox_protected"),
            *policies("outbox", "system", "SU", "true"),
            *policies("outbox", "door", "SIUD", "true"),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(settled_at__isnull=True), name="outbox_owed")]


class Synthesis(VesselItem):
    """What the guide keeps in mind about one person in one stage. No person reads it, not even its owner (DESIGN §3)."""

    stage = models.PositiveSmallIntegerField()
    content = EncryptedJSONField(default=dict)
    content_version = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *vessel_item("synthesis", user="", ai="SIU"),
            UniqueConstraint(fields=["session", "owner", "stage"], name="synthesis_once"),
            CheckConstraint(condition=STAGE_RANGE, name="synthesis_stage_range"),
        ]
        verbose_name_plural = "syntheses"


class Purpose(models.TextChoices):
    TOPIC = "TOPIC", "a name for the topic"
    GUESS = "GUESS", "coaching of a guess"
    ADDED = "ADDED", "coaching of what to add"
    PLAIN_IDEA = "PLAIN_IDEA", "an idea in plain form"
    SOFTEN = "SOFTEN", "words without heat"
    NEEDS = "NEEDS", "a look for needs"


class Suggestion(VesselItem):
    """Something the guide offers to one person about one thing of theirs, asked for by them. Theirs to take or leave."""

    purpose = models.CharField(max_length=10, choices=Purpose)
    about_id = models.UUIDField()  # what it is about: a draft, an idea, the session
    content = EncryptedJSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("suggestion", user="SD", ai="SI"),
            one_of("purpose", Purpose, "suggestion_purpose_known"),
        ]
        indexes = [models.Index(fields=["owner", "about_id", "purpose", "-made_at"], name="suggestion_latest")]


class ContextSource(models.TextChoices):
    USER = "USER", "your own vessel"
    SHARED = "SHARED", "what is shared"
    GLOBAL = "GLOBAL", "the library"


class ContextPurpose(models.TextChoices):
    REPLY = "REPLY", "an answer"
    RECAP = "RECAP", "a recap"
    SYNTHESIS = "SYNTHESIS", "what it keeps in mind"
    TOPIC = "TOPIC", "a name for the topic"
    GUESS = "GUESS", "coaching of a guess"
    ADDED = "ADDED", "coaching of what to add"
    PLAIN_IDEA = "PLAIN_IDEA", "an idea in plain form"
    SOFTEN = "SOFTEN", "words without heat"
    NEEDS = "NEEDS", "a look for needs"


# Not a row, nor the time in it, of what the other has taken back since. A plain comparison first: most rows need no more.
STILL_TOLD = (
    "(item_type NOT IN ('partner_shared', 'common_ground') OR door.may_look_back_at(session_id, item_type, item_id))"
)


class ContextLog(UUIDModel):
    """One item that went before a guide: ids and provenance, no content. `use_id` is one use of the guide; of a reply, the
    message it answers. `item_created_at` of the other's words is when they crossed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    session = models.ForeignKey("people.Session", models.CASCADE, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=ContextPurpose)
    use_id = models.UUIDField()
    source = models.CharField(max_length=6, choices=ContextSource)
    item_type = models.CharField(max_length=32)
    item_id = models.UUIDField()
    item_created_at = models.DateTimeField()
    consent_active = models.BooleanField(null=True)
    stage = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *private("context_log", user="", ai="I"),
            *policies("context_log", "user", "S", f"{sql.own()} AND {STILL_TOLD}"),
            *policies("context_log", "auditor", "S", "true"),
            one_of("source", ContextSource, "context_log_source_known"),
            CheckConstraint(condition=STAGE_RANGE, name="context_log_stage_range"),
            one_of("purpose", ContextPurpose, "context_log_purpose_known"),
            UniqueConstraint(fields=["owner", "use_id", "item_type", "item_id"], name="context_log_once"),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="context_log_owner_recent")]


class NoticeKind(models.TextChoices):
    BOTH = "BOTH", "something both have reached"
    REMINDER = "REMINDER", "the time you chose to come back"
    CHECK_IN = "CHECK_IN", "a check-in"
    GUIDE = "GUIDE", "the guide has answered"
    JOINED = "JOINED", "someone has joined"
    NUDGE = "NUDGE", "it has been quiet for some days"
    ENDED = "ENDED", "a quiet ending"


class Notification(UUIDModel):
    """Something worth looking at, without saying what. Due in a daily slot, never at the moment the other did it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    session = models.ForeignKey("people.Session", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=NoticeKind)
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *private("notification", user="", door="SI"),
            *policies("notification", "user", "S", f"{sql.own()} AND due_at <= now()"),
            Policy(
                name="notification_user_update",
                role="user",
                op="UPDATE",
                using=f"{sql.own()} AND due_at <= now()",
                columns=["seen_at"],
            ),
            *policies("notification", "system", "SIU", "true"),
            one_of("kind", NoticeKind, "notification_kind_known"),
        ]
        indexes = [
            models.Index(fields=["owner", "-due_at"], name="notification_owner_due"),
            models.Index(
                fields=["due_at"],
                condition=Q(emailed_at__isnull=True, seen_at__isnull=True),
                name="notification_to_send",
            ),
        ]


# Each room's models belong to this app.
from stages.compact.models import *  # noqa: E402, F403
from stages.continuity.models import *  # noqa: E402, F403
from stages.ending.models import *  # noqa: E402, F403
from stages.needs.models import *  # noqa: E402, F403
from stages.perspective.models import *  # noqa: E402, F403
from stages.repair.models import *  # noqa: E402, F403
from stages.rhythm.models import *  # noqa: E402, F403
from stages.witness.models import *  # noqa: E402, F403
