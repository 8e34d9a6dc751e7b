"""The data keys, each wrapped by a master key. Rows outlive their key, so that an erased vessel stays erased."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from beheard.crypto.keys import KeyKind, KeyScope
from beheard.rls import sql
from beheard.rls.constraints import Policy, Protected, policies

# Of a shared vessel, the joint key is both members'; the key of one person's words is readable where any of those
# words are.
READABLE = "kind = 'SHARED' AND door.words_are_readable(vessel_id, owner_id)"
KEY_POLICIES = [
    Protected(name="crypto_key_protected"),
    *policies(
        "crypto_key",
        "user",
        "S",
        f"{sql.own()} OR (kind = 'JOINT' AND {sql.member_of()}) OR ({sql.member_of()} AND {READABLE})",
    ),
    *policies(
        "crypto_key",
        "user",
        "I",
        f"({sql.own()} OR (kind = 'JOINT' AND vessel_id = ANY (ARRAY(SELECT door.my_shared_vessels())))) AND {sql.member_of()}",
    ),
    Policy(
        name="crypto_key_user_update", role="user", op="UPDATE", using=sql.own(), columns=["wrapped", "destroyed_at"]
    ),
    *policies(
        "crypto_key",
        "ai",
        "S",
        f"{sql.guided_session()} AND ((kind = 'PRIVATE' AND {sql.own()}) OR kind = 'JOINT' OR ({READABLE}))",
    ),
    *policies("crypto_key", "joint", "S", f"{sql.current_session()} AND (kind = 'JOINT' OR ({READABLE}))"),
    *policies("crypto_key", "door", "S", "true"),
]


class VesselKey(models.Model):
    """One data key. `wrapped` is empty exactly when the key was destroyed: then nothing it sealed opens again.

    Vessel, owner and session are plain ids: this floor knows nobody above. No time of making, and a random
    id: a partner reads the row of a key whose words have crossed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=7, choices=KeyKind.choices)
    vessel_id = models.UUIDField()
    owner_id = models.UUIDField(null=True)  # nobody for a joint key
    session_id = models.UUIDField()
    wrapped = models.BinaryField(null=True)
    master_key_id = models.CharField(max_length=16)  # fingerprint of the master key that wrapped it
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id"], name="crypto_key_owner"),
            models.Index(fields=["session_id"], name="crypto_key_session"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KeyKind.values), name="crypto_key_kind"),
            models.CheckConstraint(
                condition=Q(kind=KeyKind.JOINT, owner_id__isnull=True)
                | Q(kind__in=[KeyKind.PRIVATE, KeyKind.SHARED], owner_id__isnull=False),
                name="crypto_key_owner_unless_joint",
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="crypto_key_wrapped_until_destroyed",
            ),
            models.UniqueConstraint(
                fields=["vessel_id", "owner_id", "kind"],
                condition=Q(destroyed_at__isnull=True),
                nulls_distinct=False,
                name="crypto_key_one_live",
            ),
            *KEY_POLICIES,
        ]

    @property
    def scope(self) -> KeyScope:
        return KeyScope(KeyKind(self.kind), self.vessel_id, self.owner_id, self.session_id)
