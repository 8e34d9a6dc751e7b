"""Stage 4: own ideas, the unlabelled pool, private piles, what both would do, and the check-in."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.crypto.keys import KeyScope
from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, Protected, members, one_of, policies
from beheard.rls.triggers import raises_content_version, takes_back_shared
from vessels.private.base import VesselItem, vessel_item
from vessels.shared.models import PoolItem, in_shared_vessel

__all__ = [
    "CheckIn",
    "OverlapItem",
    "OwnershipLine",
    "Pile",
    "ProposalAuthorship",
    "StrategyDraft",
    "StrategyProposal",
    "StrategyRanking",
]


class OwnershipLine(VesselItem):
    """ "What I own in this": one line, private until its writer shares it."""

    text = EncryptedTextField(max_length=1000)
    content_id = models.UUIDField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=4)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("ownership", ai="S"),
            UniqueConstraint(fields=["vessel", "owner"], name="ownership_once"),
        ]
        triggers = [*raises_content_version("ownership"), *takes_back_shared("ownership")]


class StrategyDraft(VesselItem):
    """An idea as its author wrote it, and the plain form they accepted. At most three a round (slots 1 to 3, then 4 to 6, …)."""

    slot = models.PositiveSmallIntegerField()
    idea = EncryptedTextField(max_length=2000)
    need = EncryptedTextField(max_length=200, blank=True, default="")
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    measure = EncryptedTextField(max_length=600, blank=True, default="")
    plain = EncryptedTextField(max_length=600, blank=True, default="")  # at most 40 words
    content_id = models.UUIDField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=4)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *vessel_item("strategy_draft", ai="S"),
            UniqueConstraint(fields=["vessel", "owner", "slot"], name="strategy_draft_slot_once"),
            CheckConstraint(condition=Q(slot__gte=1), name="strategy_draft_slot_from_one"),
        ]
        triggers = [*raises_content_version("strategy_draft"), *takes_back_shared("strategy_draft")]


class StrategyProposal(PoolItem):
    """An idea in the pool. No author, no time, no order: a random id, written with all others in one shuffled batch."""

    session = models.ForeignKey("people.Session", models.DO_NOTHING, related_name="+")
    shared_vessel = models.ForeignKey(
        "shared.SharedVessel", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    words = EncryptedTextField(max_length=600)
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            *members("proposal", user="S", ai="S", joint="SI", door="SD"),
            in_shared_vessel("proposal"),
            UniqueConstraint(fields=["id", "session"], name="proposal_pair"),
        ]

    def key_scope(self) -> KeyScope:
        return KeyScope.joint(self.shared_vessel_id, self.session_id)


def of_proposal(prefix: str) -> CompositeForeignKey:
    """A row about an idea is of the idea's own session."""
    return CompositeForeignKey(
        name=f"{prefix}_of_proposal",
        columns=["proposal_id", "session_id"],
        to="stages.StrategyProposal",
        to_columns=["id", "session_id"],
    )


class ProposalAuthorship(PoolItem):
    """Who wrote an idea, or which library item it is. Its writer may read their own row; nobody else any."""

    proposal = models.OneToOneField(StrategyProposal, models.CASCADE, related_name="+", db_constraint=False)
    session_id = models.UUIDField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", null=True, db_index=False)
    content_id = models.UUIDField(null=True)
    library_item_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            Protected(name="authorship_protected"),
            *policies("authorship", "user", "S", sql.own()),
            *policies("authorship", "joint", "I", sql.current_session()),
            *policies("authorship", "door", "SD", "true"),
            of_proposal("authorship"),
            CheckConstraint(
                condition=Q(owner__isnull=False, content_id__isnull=False, library_item_id__isnull=True)
                | Q(owner__isnull=True, content_id__isnull=True, library_item_id__isnull=False),
                name="authorship_person_or_library",
            ),
        ]


class Pile(models.TextChoices):
    GLADLY = "GLADLY", "gladly"
    COULD = "COULD", "I could"
    NOT_NOW = "NOT_NOW", "not now"


class StrategyRanking(VesselItem):
    """One idea in one of three piles. Private for ever."""

    proposal = models.ForeignKey(
        StrategyProposal, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    pile = models.CharField(max_length=7, choices=Pile)
    place = models.PositiveSmallIntegerField(null=True, blank=True)  # an order within "gladly", if the person likes
    ranked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("ranking", door="S"),
            of_proposal("ranking"),
            UniqueConstraint(fields=["owner", "proposal"], name="ranking_once"),
            one_of("pile", Pile, "ranking_pile_known"),
            CheckConstraint(condition=Q(place__isnull=True) | Q(pile="GLADLY"), name="ranking_place_in_gladly"),
        ]


class OverlapItem(PoolItem):
    """An idea both would do, fixed at the moment both piles were in. Written by `door.meet` only."""

    session = models.ForeignKey("people.Session", models.CASCADE, related_name="+")
    proposal = models.OneToOneField(StrategyProposal, models.CASCADE, related_name="+", db_constraint=False)

    class Meta:
        constraints = [*members("overlap", user="S", ai="S", joint="S", door="SID"), of_proposal("overlap")]


class CheckIn(VesselItem):
    """How it went, privately, until both have answered (`door.both_check_ins`). "What got in the way" stays private for good."""

    agreement_id = models.UUIDField()
    happened = models.CharField(max_length=8, choices=[("YES", "yes"), ("PARTLY", "partly"), ("NO", "no")])
    helped = models.CharField(max_length=8, choices=[("YES", "yes"), ("A_LITTLE", "a little"), ("NO", "no")])
    in_the_way = EncryptedTextField(max_length=2000, blank=True, default="")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("check_in", user="SIU", ai="S", door="S"),
            CompositeForeignKey(
                name="check_in_of_agreement",
                columns=["agreement_id", "session_id"],
                to="shared.Agreement",
                to_columns=["id", "session_id"],
            ),
            UniqueConstraint(fields=["owner", "agreement_id"], name="check_in_once"),
            CheckConstraint(condition=Q(happened__in=["YES", "PARTLY", "NO"]), name="check_in_happened_known"),
            CheckConstraint(condition=Q(helped__in=["YES", "A_LITTLE", "NO"]), name="check_in_helped_known"),
        ]
