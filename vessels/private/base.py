"""What every row in a private vessel has: its owner, its session, its vessel, and the database's word that they agree."""

from django.conf import settings
from django.db import models

from beheard.crypto.keys import KeyScope
from beheard.rls.constraints import CompositeForeignKey, private
from beheard.rls.models import UUIDModel


class VesselItem(UUIDModel):
    """A row in someone's private vessel. `(vessel, owner, session)` is one composite foreign key (DESIGN §10.1)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    session = models.ForeignKey(
        "people.Session", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    vessel = models.ForeignKey(
        "private.UserVessel", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True

    def key_scope(self) -> KeyScope:
        return KeyScope.private(self.vessel_id, self.owner_id, self.session_id)


def in_vessel(prefix: str, owner: str = "owner_id") -> CompositeForeignKey:
    return CompositeForeignKey(
        name=f"{prefix}_in_vessel",
        columns=["vessel_id", owner, "session_id"],
        to="private.UserVessel",
        to_columns=["id", "owner_id", "session_id"],
    )


def vessel_item(prefix: str, *, user: str = "SIUD", ai: str = "", door: str = "", owner: str = "owner_id") -> list:
    """The constraints of a private table: protection, policies, and the composite foreign key to its vessel."""
    return [*private(prefix, user=user, ai=ai, door=door, owner=owner), in_vessel(prefix, owner)]


def recent(prefix: str, owner: str = "owner", time: str = "timestamp") -> list[models.Index]:
    """The two indexes of DESIGN §10.2: the latest of a vessel, the latest of a person."""
    return [
        models.Index(fields=["vessel", owner, f"-{time}"], name=f"{prefix}_vessel_recent"),
        models.Index(fields=[owner, f"-{time}"], name=f"{prefix}_owner_recent"),
    ]
