"""What people give to the library: who gave it is known to them alone, and what a curator sees tells no time but the week.

    LibraryContribution   the words and whose they are; its owner's only, until it is released and after
    ContributionReview    how a released item stands; curators see it, and nothing in it leads to a person

Contributions of one week are released together, shuffled, in one transaction (`door.release_contributions`): neither an id
nor a row's place nor its transaction number says who came first, or when.
"""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, Policy, Protected, one_of, policies
from beheard.rls.triggers import DoorTrigger
from library.words import NeedCategory, ReviewState, Source

__all__ = ["ContributionReview", "LibraryContribution"]

LONGEST_REASON = 600


class LibraryContribution(models.Model):
    """The exact words somebody consented to, known to be theirs by nobody else.

    `item` is empty until the week is over and the words are released to the curators. A contributed item that is a draft
    or published has exactly one contribution that is not withdrawn; a curated one can have none. Withdrawing, or erasing
    the person, retires the item.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    item = models.OneToOneField(
        "library.GlobalLibraryItem", models.CASCADE, related_name="+", db_constraint=False, null=True, blank=True
    )
    source = models.CharField(max_length=11, default=Source.CONTRIBUTED, editable=False)
    title = models.CharField(max_length=120, default="")
    description = models.TextField(blank=True, default="")
    plain = models.CharField(max_length=400, default="")
    steps = ArrayField(models.CharField(max_length=600), default=list, blank=True)  # a curator may have added them
    measure = models.TextField(blank=True, default="")
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    need_categories = ArrayField(models.CharField(max_length=11), default=list)
    consented_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(source=Source.CONTRIBUTED), name="library_contribution_of_contributed"),
            CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("consented_at")),
                name="library_contribution_withdrawn_after",
            ),
            # What is released becomes an item as it stands: what an item may not be, a contribution may not be either.
            CheckConstraint(condition=~Q(title="") & ~Q(plain=""), name="library_contribution_has_words"),
            CheckConstraint(
                condition=Q(duration_minutes__isnull=False, duration_minutes__gt=0)
                | Q(duration_days__isnull=False, duration_days__gt=0),
                name="library_contribution_takes_some_time",
            ),
            CheckConstraint(
                condition=Q(need_categories__contained_by=NeedCategory.values) & Q(need_categories__len__gt=0),
                name="library_contribution_needs_known",
            ),
            CompositeForeignKey(
                name="library_contribution_of_item",
                columns=["item_id", "source"],
                to="library.GlobalLibraryItem",
                to_columns=["id", "source"],
            ),
            Protected(name="library_contribution_protected"),
            *policies("library_contribution", "user", "S", sql.own()),
            *policies("library_contribution", "user", "I", f"{sql.own()} AND item_id IS NULL AND withdrawn_at IS NULL"),
            Policy(
                name="library_contribution_user_update",
                role="user",
                op="UPDATE",
                using=sql.own(),
                columns=["withdrawn_at"],
            ),
            *policies("library_contribution", "door", "SU", "true"),
        ]
        triggers = [
            DoorTrigger(
                name="library_contribution_withdrawn",
                operation=pgtrigger.UpdateOf("withdrawn_at") | pgtrigger.Delete,
                function="library_contribution_withdrawn",
            )
        ]


class ContributionReview(models.Model):
    """Where a contributed item stands with the curators. `agreed_digest` is of the words its giver agreed to.

    A curator writes `state` and `reason` only: what was agreed to is written by doors, once a week.
    """

    item = models.OneToOneField(
        "library.GlobalLibraryItem", models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    source = models.CharField(max_length=11, default=Source.CONTRIBUTED, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=ReviewState, default=ReviewState.NEW)
    reason = models.CharField(_("a kind word to whoever gave it"), max_length=LONGEST_REASON, blank=True, default="")
    agreed_digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            one_of("state", ReviewState, "library_review_state_known"),
            CheckConstraint(
                condition=~Q(state=ReviewState.DECLINED) | ~Q(reason=""), name="library_review_declined_kindly"
            ),
            CompositeForeignKey(
                name="library_review_of_item",
                columns=["item_id", "source"],
                to="library.GlobalLibraryItem",
                to_columns=["id", "source"],
            ),
            CheckConstraint(condition=Q(source=Source.CONTRIBUTED), name="library_review_of_contributed"),
            Protected(name="library_review_protected"),
            *policies("library_review", "curator", "S", "true"),
            Policy(
                name="library_review_curator_update",
                role="curator",
                op="UPDATE",
                using="true",
                columns=["state", "reason"],
            ),
            *policies("library_review", "door", "SIU", "true"),
        ]

    def __str__(self):
        return self.item.title
