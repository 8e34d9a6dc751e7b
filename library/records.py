"""What is kept beside the items: how often they were of use, how they were edited, and work on many at once."""

from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from beheard.rls.constraints import Protected, one_of, policies
from beheard.rls.models import UUIDModel
from library.words import EditKind, JobKind, JobState, Use


class LibraryUsage(models.Model):
    """How often an item was shown, chosen, kept, and helped. No couple, no session, no time; ids are random.

    Written and read by doors only (`count_library_use`, `library_usage`): counts below five are told to nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item = models.ForeignKey("library.GlobalLibraryItem", models.CASCADE, related_name="+")
    what = models.CharField(max_length=6, choices=Use)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["item", "what"], name="library_usage_once"),
            one_of("what", Use, "library_usage_what_known"),
            Protected(name="library_usage_protected"),
            *policies("library_usage", "door", "SIU", "true"),
        ]


class ItemEdit(UUIDModel):
    """One edit by a curator: each changed field as it was and as it became. Never changed, never deleted.

    `by_id` is the curator's account, without a foreign key: what was done outlives who did it.
    """

    item = models.ForeignKey("library.GlobalLibraryItem", models.CASCADE, related_name="+")
    by_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=EditKind)
    changes = models.JSONField(default=dict)  # field: [before, after]

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        indexes = [models.Index(fields=["item", "-at"], name="library_edit_of_item")]
        constraints = [
            one_of("kind", EditKind, "library_edit_kind_known"),
            Protected(name="library_edit_protected"),
            *policies("library_edit", "curator", "SI", "true"),
        ]


class LibraryJob(UUIDModel):
    """Work on many items, step by step: each step is one transaction, so that it can be watched, stopped and resumed.

    An import is looked through first (CHECKING, CHECKED) and changes nothing until a curator says so. `payload` is the
    uploaded file, or the items' ids. `problems` holds the first of them, in the words for a curator; `counts` how many.
    """

    kind = models.CharField(max_length=7, choices=JobKind)
    state = models.CharField(max_length=8, choices=JobState)
    by_id = models.UUIDField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    payload = models.BinaryField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("imports and bulk work")
        constraints = [
            one_of("kind", JobKind, "library_job_kind_known"),
            one_of("state", JobState, "library_job_state_known"),
            CheckConstraint(condition=Q(done__lte=F("total")), name="library_job_done_within_total"),
            CheckConstraint(
                condition=Q(state__in=[JobState.DONE, JobState.STOPPED], finished_at__isnull=False)
                | ~Q(state__in=[JobState.DONE, JobState.STOPPED]) & Q(finished_at__isnull=True),
                name="library_job_finished_with_time",
            ),
            Protected(name="library_job_protected"),
            *policies("library_job", "curator", "SIU", "true"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.file_name or self.total}"

    @property
    def percent(self) -> int:
        return 100 if not self.total else min(100, 100 * self.done // self.total)

    @property
    def is_under_way(self) -> bool:
        return self.state in (JobState.CHECKING, JobState.RUNNING)
