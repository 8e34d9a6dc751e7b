"""Continuity: what a person's own actor carries over from their earlier sessions when a new one opens (DESIGN §4, §6)."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.rls.constraints import CompositeForeignKey, one_of
from vessels.private.base import VesselItem, vessel_item

__all__ = ["CarriedKind", "CarriedOver"]

MOST_CARRIED = 3


class CarriedKind(models.TextChoices):
    THEME = "THEME", "a theme"
    OUTCOME = "OUTCOME", "something agreed"


class CarriedOver(VesselItem):
    """One line from an earlier session of the same person. It goes with the vessel it came from."""

    kind = models.CharField(max_length=7, choices=CarriedKind)
    place = models.PositiveSmallIntegerField()  # 1 to 3
    text = EncryptedTextField(max_length=2000)
    from_vessel_id = models.UUIDField()
    from_session_id = models.UUIDField()
    stage = models.PositiveSmallIntegerField()
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("carried", user="SID", ai="S"),
            CompositeForeignKey(
                name="carried_from_own",
                columns=["from_vessel_id", "owner_id", "from_session_id"],
                to="private.UserVessel",
                to_columns=["id", "owner_id", "session_id"],
            ),
            one_of("kind", CarriedKind, "carried_kind_known"),
            CheckConstraint(condition=Q(place__gte=1, place__lte=MOST_CARRIED), name="carried_three_at_most"),
            CheckConstraint(condition=Q(stage__gte=0, stage__lte=4), name="carried_stage_range"),
            UniqueConstraint(fields=["vessel", "owner", "kind", "place"], name="carried_once"),
        ]
