"""The shared vessel: only what someone agreed to, word by word, and can take back.

Words cross through the bridge (`vessels.shared.bridge`), the only door in.
"""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.crypto.keys import KeyScope
from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, Protected, members, one_of, policies
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import DoorTrigger
from consent.models import ContentType
from vessels.private.models import NeedCategory


class SharedVessel(UUIDModel):
    """One for each session, made with it (`door.begin_session`)."""

    session = models.OneToOneField("people.Session", models.CASCADE, related_name="shared_vessel")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *members("shared_vessel", user="S", ai="S", joint="S", door="SID"),
            UniqueConstraint(fields=["id", "session"], name="shared_vessel_pair"),
        ]


# What of another person's words the guide may read; a partner reads them through `door.crossed_words`.
CROSSED = "consent_active AND crosses_at <= now()"


class ConsentedContent(UUIDModel):
    """The exact words someone previewed, and whether they agreed. The one home of words that cross.

    No partner ever sees the row: its times, its decision and what it came from are its owner's. The words themselves they read,
    while active and once crossed, through `door.crossed_words`; proposals in the unlabelled pool only (`stages.repair`).
    The id is random: it crosses with the words, and must not tell when they were first put before their owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    session = models.ForeignKey("people.Session", models.DO_NOTHING, related_name="+", db_index=False)
    shared_vessel = models.ForeignKey(
        "shared.SharedVessel", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    content_type = models.CharField(max_length=20, choices=ContentType)
    item_id = models.UUIDField()  # the private original; the need's id for a need
    original_need = models.ForeignKey(
        "private.IdentifiedNeed", models.DO_NOTHING, related_name="+", db_constraint=False, null=True, blank=True
    )
    round = models.PositiveSmallIntegerField(default=1)
    transformed_content = EncryptedTextField(max_length=4000)
    consent_record = models.ForeignKey(
        "consent.ConsentRecord", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_active = models.BooleanField(default=False)
    cools_until = models.DateTimeField(
        null=True, blank=True
    )  # when they may cross at the earliest; set as they are granted
    crosses_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Protected(name="consented_protected"),
            *policies("consented", "user", "S", sql.own()),
            *policies(
                "consented",
                "user",
                "I",
                f"{sql.own()} AND {sql.member_of()} AND NOT consent_active AND crosses_at IS NULL AND cools_until IS NULL",
            ),
            *policies("consented", "user", "D", f"{sql.own()} AND NOT consent_active"),
            *policies("consented", "ai", "S", f"{sql.guided_session()} AND {CROSSED} AND content_type <> 'PROPOSAL'"),
            *policies("consented", "joint", "S", f"{sql.current_session()} AND {CROSSED}"),
            *policies("consented", "door", "SUD", "true"),
            CompositeForeignKey(
                name="consented_in_vessel",
                columns=["shared_vessel_id", "session_id"],
                to="shared.SharedVessel",
                to_columns=["id", "session_id"],
            ),
            CompositeForeignKey(
                name="consented_by_record",
                columns=["consent_record_id", "owner_id", "session_id", "content_type", "item_id"],
                to="consent.ConsentRecord",
                to_columns=["id", "owner_id", "session_id", "content_type", "item_id"],
                on_delete="RESTRICT",
            ),
            CompositeForeignKey(
                name="consented_own_need",
                columns=["original_need_id", "owner_id"],
                to="private.IdentifiedNeed",
                to_columns=["id", "owner_id"],
            ),
            one_of("content_type", ContentType, "consented_type_known"),
            CheckConstraint(
                condition=Q(consent_active=False)
                | Q(consent_active=True, consented_at__isnull=False, revoked_at__isnull=True),
                name="consented_active_paired",
            ),
            CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(consented_at__isnull=False), name="consented_revoked_after"
            ),
            CheckConstraint(
                condition=Q(crosses_at__isnull=True) | Q(consented_at__isnull=False), name="consented_crosses_after"
            ),
            CheckConstraint(
                # A comparison with NULL is neither true nor false, and would let anything pass.
                condition=Q(crosses_at__isnull=True) | Q(cools_until__isnull=False, crosses_at__gte=F("cools_until")),
                name="consented_crosses_cooled",
            ),
            CheckConstraint(
                condition=Q(content_type="IDENTIFIED_NEED", original_need__isnull=False, item_id=F("original_need"))
                | (~Q(content_type="IDENTIFIED_NEED") & Q(original_need__isnull=True)),
                name="consented_need_linked",
            ),
            # One decision, one text: nothing else becomes active with it.
            UniqueConstraint(fields=["consent_record"], name="consented_once_by_record"),
            UniqueConstraint(
                fields=["owner", "content_type", "item_id", "round"],
                condition=Q(consent_active=True),
                name="consented_once_active",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "owner", "-created_at"], name="consented_session"),
            models.Index(fields=["owner", "-created_at"], name="consented_owner"),
            models.Index(
                fields=["session"], condition=Q(consent_active=True, crosses_at__isnull=True), name="consented_waits"
            ),
        ]
        # Whatever removes what is shared (the page, raw SQL, a vessel that is erased) takes it back as well.
        triggers = [
            DoorTrigger(
                name="consented_removed",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                function="consented_removed",
            )
        ]

    def key_scope(self) -> KeyScope:
        return KeyScope.shared(self.shared_vessel_id, self.owner_id, self.session_id)


LONGEST_COOLING_OFF = 24 * 60  # minutes


class CoolingOff(models.Model):
    """How long what this person shares waits before it crosses, where they chose it themselves. Nobody else learns of it."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", primary_key=True)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            Protected(name="cooling_off_protected"),
            *policies("cooling_off", "user", "SIUD", sql.own()),
            *policies("cooling_off", "door", "S", "true"),
            CheckConstraint(
                condition=Q(minutes__gte=0, minutes__lte=LONGEST_COOLING_OFF), name="cooling_off_at_most_a_day"
            ),
        ]
        verbose_name_plural = "cooling off"


class JointItem(UUIDModel):
    """A row both members see, in words under the session's joint key."""

    session = models.ForeignKey("people.Session", models.DO_NOTHING, related_name="+")
    shared_vessel = models.ForeignKey(
        "shared.SharedVessel", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True

    def key_scope(self) -> KeyScope:
        return KeyScope.joint(self.shared_vessel_id, self.session_id)


def in_shared_vessel(prefix: str) -> CompositeForeignKey:
    return CompositeForeignKey(
        name=f"{prefix}_in_vessel",
        columns=["shared_vessel_id", "session_id"],
        to="shared.SharedVessel",
        to_columns=["id", "session_id"],
    )


SOURCES_ACTIVE = "door.sources_stand(session_id, source_a_id, source_b_id)"


class CommonGround(JointItem):
    """A need both may recognise. Stands only while both needs it came from are shared.

    The two confirmations are written together, by the door, when both said yes: one alone would tell what the other chose.
    """

    need = EncryptedTextField(max_length=200)
    category = models.CharField(max_length=12, choices=NeedCategory)
    source_a_id = models.UUIDField()
    source_b_id = models.UUIDField()
    confirmed_by_a = models.BooleanField(default=False)
    confirmed_by_b = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *members("common_ground", user="S", ai="S", joint="SI", door="SU", extra=SOURCES_ACTIVE),
            in_shared_vessel("common_ground"),
            one_of("category", NeedCategory, "common_ground_category_known"),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by_a=False, confirmed_by_b=False)
                | Q(confirmed_at__isnull=False, confirmed_by_a=True, confirmed_by_b=True),
                name="common_ground_confirmed_together",
            ),
            CheckConstraint(condition=~Q(source_a_id=F("source_b_id")), name="common_ground_two_sources"),
            UniqueConstraint(fields=["session", "source_a_id", "source_b_id"], name="common_ground_once"),
            UniqueConstraint(fields=["id", "session"], name="common_ground_pair"),
        ]


class AgreementType(models.TextChoices):
    MICRO_EXPERIMENT = "MICRO_EXPERIMENT", "a small experiment"
    COMMITMENT = "COMMITMENT", "a longer commitment"
    CHECK_IN = "CHECK_IN", "a time to look again"


class AgreementStatus(models.TextChoices):
    PROPOSED = "PROPOSED", "proposed"
    AGREED = "AGREED", "agreed"
    IN_PROGRESS = "IN_PROGRESS", "under way"
    COMPLETED = "COMPLETED", "completed"
    ABANDONED = "ABANDONED", "set aside"


class Agreement(JointItem):
    """Words both agree to. A row's words never change: a change is a new row, so that each confirms exactly what they read."""

    description = EncryptedTextField(max_length=2000)
    measure = EncryptedTextField(max_length=600, blank=True, default="")  # how we will know it helped
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    type = models.CharField(max_length=16, choices=AgreementType, default=AgreementType.MICRO_EXPERIMENT)
    status = models.CharField(max_length=12, choices=AgreementStatus, default=AgreementStatus.PROPOSED)
    proposal_id = models.UUIDField(null=True, blank=True)  # the idea it came from, when it came from one
    agreed_by_a = models.BooleanField(default=False)
    agreed_by_b = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    follow_up_date = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # of the follow-up date, once
    looked_back_at = models.DateTimeField(null=True, blank=True)  # both have said how it went
    completed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *members("agreement", user="S", ai="S", joint="S", door="SU"),
            *policies("agreement", "system", "S", "follow_up_date IS NOT NULL"),
            *policies(
                "agreement",
                "user",
                "I",
                f"{sql.member_of()} AND status = 'PROPOSED' AND NOT agreed_by_a AND NOT agreed_by_b",
            ),
            in_shared_vessel("agreement"),
            UniqueConstraint(fields=["id", "session"], name="agreement_pair"),
            one_of("type", AgreementType, "agreement_type_known"),
            one_of("status", AgreementStatus, "agreement_status_known"),
            CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(agreed_by_a=True, agreed_by_b=True),
                name="agreement_agreed_by_both",
            ),
            CheckConstraint(
                condition=Q(looked_back_at__isnull=True) | Q(agreed_at__isnull=False),
                name="agreement_looked_back_after",
            ),
            CheckConstraint(
                condition=Q(status__in=["PROPOSED", "ABANDONED"]) | Q(agreed_at__isnull=False),
                name="agreement_status_needs_both",
            ),
            CheckConstraint(
                condition=Q(status="COMPLETED", completed_at__isnull=False)
                | (~Q(status="COMPLETED") & Q(completed_at__isnull=True)),
                name="agreement_completed_with_time",
            ),
        ]


class PoolItem(UUIDModel):
    """Base for what carries no author, no time and no order: a random id, shuffled before it is written."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True
