"""Models for these tests only. Their tables are made in conftest.py."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from beheard.crypto.keys import KeyScope


class PrivateWords(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    vessel_id = models.UUIDField()
    owner_id = models.UUIDField()
    session_id = models.UUIDField()

    class Meta:
        abstract = True

    def key_scope(self):
        return KeyScope.private(self.vessel_id, self.owner_id, self.session_id)


class Letter(PrivateWords):
    text = EncryptedTextField()
    note = EncryptedTextField(null=True, blank=True, max_length=50)
    facts = EncryptedJSONField(default=dict, blank=True, max_length=200)
    opened = models.BooleanField(default=False)
    noted = models.BooleanField(default=False)

    class Meta:
        app_label = "crypto_tests"
        managed = False
        db_table = '"crypto_tests"."letter"'
        constraints = [
            models.CheckConstraint(
                condition=Q(noted=True, note__isnull=False) | Q(noted=False, note__isnull=True),
                name="crypto_tests_noted",
                violation_error_message="noted and note go together",
            )
        ]


class Postcard(PrivateWords):
    """The same column in another table."""

    text = EncryptedTextField()

    class Meta:
        app_label = "crypto_tests"
        managed = False
        db_table = '"crypto_tests"."postcard"'
