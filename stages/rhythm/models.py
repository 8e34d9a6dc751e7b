"""When people mean to come back, which e-mails they like, and invitations that are still to be sent. Times and ids, no words."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.rls import sql
from beheard.rls.constraints import Policy, Protected, policies
from vessels.private.base import VesselItem, vessel_item

__all__ = ["NoticeSettings", "OwedInvitation", "Rhythm"]

NUDGES = 2  # after three days, and after seven


class Rhythm(VesselItem):
    """When one person means to come back, and whether they were reminded or nudged. Dates, which the system reads.

    `back_at` is empty for who does not know yet. `nudges` counts those since the person was last here.
    """

    asked_at = models.DateTimeField(
        null=True, blank=True
    )  # when they last answered "when will you come back?", or left it open
    back_at = models.DateTimeField(null=True, blank=True)
    break_until = models.DateTimeField(null=True, blank=True)  # a break of minutes: a notice in the app then, no e-mail
    reminded_at = models.DateTimeField(null=True, blank=True)
    nudges = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("rhythm", user="SID", door="SIU"),
            Policy(
                name="rhythm_user_update",
                role="user",
                op="UPDATE",
                using=sql.own(),
                columns=["asked_at", "back_at", "break_until", "reminded_at"],
            ),
            *policies("rhythm", "system", "S", "true"),
            UniqueConstraint(fields=["session", "owner"], name="rhythm_once"),
            CheckConstraint(
                condition=Q(back_at__isnull=True) | Q(asked_at__isnull=False), name="rhythm_date_was_asked_for"
            ),
            CheckConstraint(condition=Q(nudges__lte=NUDGES), name="rhythm_two_nudges_at_most"),
            CheckConstraint(condition=Q(nudges=0) | Q(nudged_at__isnull=False), name="rhythm_nudged_with_time"),
        ]
        indexes = [
            models.Index(
                fields=["back_at"],
                condition=Q(reminded_at__isnull=True, back_at__isnull=False),
                name="rhythm_to_remind",
            ),
            models.Index(fields=["break_until"], condition=Q(break_until__isnull=False), name="rhythm_on_a_break"),
        ]
        verbose_name_plural = "rhythms"


# What may come by e-mail, each of which a person may switch off (stages.models.NoticeKind).
BY_EMAIL = ("BOTH", "JOINED", "REMINDER", "NUDGE", "CHECK_IN", "ENDED")


class NoticeSettings(models.Model):
    """Which notices a person does not want by e-mail, and the hours in which none goes out. In hours of their own time zone."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", primary_key=True)
    not_by_email = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        constraints = [
            Protected(name="notice_settings_protected"),
            *policies("notice_settings", "user", "SIUD", sql.own()),
            *policies("notice_settings", "system", "S", "true"),
            CheckConstraint(condition=Q(not_by_email__contained_by=list(BY_EMAIL)), name="notice_settings_kinds_known"),
            CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__gte=0, quiet_from__lte=23, quiet_to__gte=0, quiet_to__lte=23),
                name="notice_settings_quiet_hours",
            ),
        ]
        verbose_name_plural = "notice settings"


class OwedInvitation(VesselItem):
    """An invitation's e-mail that is owed: its link, sealed in the inviter's vessel, and when to try. Gone once it is sent.

    A worker acts as the inviter to read the link; the system sees only that there is one to send.
    """

    invitation = models.OneToOneField("people.Invitation", models.CASCADE, related_name="+")
    token = EncryptedTextField(max_length=64)
    try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            *vessel_item("owed_invitation", user="SID"),
            *policies("owed_invitation", "system", "S", "true"),
            Policy(
                name="owed_invitation_system_update",
                role="system",
                op="UPDATE",
                using="true",
                columns=["try_at", "tries"],
            ),
        ]
        indexes = [models.Index(fields=["try_at"], name="owed_invitation_next")]
