"""Tokens, and what a post was answered with, for the one who sends it again."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from beheard.crypto.fields import EncryptedJSONField
from beheard.crypto.keys import KeyScope
from beheard.rls.constraints import policies, private
from beheard.rls.models import UUIDModel


class ApiToken(UUIDModel):
    """A way to sign in without a browser. Outside row-level security, as all of signing in: nobody is acting yet.

    The token itself is kept nowhere. `sign_in_hash` follows the password: a new password ends every token.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    sign_in_hash = models.CharField(max_length=128)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    password_at = models.DateTimeField()  # when the password was last given: the vessel opens for a while after it
    last_used_on = models.DateField(null=True)  # the day, not the moment

    class Meta:
        constraints = [CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_expires")]


class AnsweredPost(UUIDModel):
    """That a post with this key was done, and what it was answered with: ids and states, under the key of the vessel.

    `owner_id`, `session_id` and `vessel_id` are plain ids: this floor knows nobody above, and the row lives a day at most.
    """

    owner_id = models.UUIDField()
    session_id = models.UUIDField(
        null=True
    )  # of a post that belongs to no session nothing is kept but that it was done
    vessel_id = models.UUIDField(null=True)
    key_hash = models.BinaryField(max_length=32)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = EncryptedJSONField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            *private("answered_post", user="SIUD"),
            *policies("answered_post", "system", "SD", "expires_at < now()"),
            UniqueConstraint(fields=["owner_id", "key_hash"], name="answered_post_once"),
            CheckConstraint(
                condition=Q(body__isnull=True) | Q(session_id__isnull=False, vessel_id__isnull=False),
                name="answered_post_sealed_in_vessel",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="answered_post_expiry")]

    def key_scope(self) -> KeyScope:
        return KeyScope.private(self.vessel_id, self.owner_id, self.session_id)
