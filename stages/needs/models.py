"""Stage 3: what a person notices, and how they answer what may be common. IdentifiedNeed is in vessels.private."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedTextField
from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, policies
from beheard.rls.triggers import raises_content_version
from vessels.private.base import VesselItem, vessel_item

__all__ = ["CommonGroundAnswer", "Noticing"]


class Noticing(VesselItem):
    """What the person notices in the two maps, before any label."""

    text = EncryptedTextField(max_length=4000, blank=True, default="")
    stage = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("noticing", ai="S"),
            UniqueConstraint(fields=["vessel", "owner"], name="noticing_once"),
        ]
        triggers = raises_content_version("noticing")


# A foreign key does not look at row-level security: the candidate must be one that this person sees, in the same session.
OF_A_CANDIDATE = (
    "EXISTS (SELECT 1 FROM shared_commonground g WHERE g.id = common_ground_id "
    "AND g.session_id = stages_commongroundanswer.session_id)"
)


class CommonGroundAnswer(VesselItem):
    """Yes or no to one candidate. The other learns only of what both said yes to."""

    common_ground = models.ForeignKey("shared.CommonGround", models.CASCADE, related_name="+", db_constraint=False)
    agrees = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("common_answer", user="SD", door="S"),
            *policies("common_answer", "user", "IU", sql.own(), check=f"{sql.own()} AND {OF_A_CANDIDATE}"),
            CompositeForeignKey(
                name="common_answer_of_ground",
                columns=["common_ground_id", "session_id"],
                to="shared.CommonGround",
                to_columns=["id", "session_id"],
            ),
            UniqueConstraint(fields=["owner", "common_ground"], name="common_answer_once"),
        ]
