"""Base for every model: UUIDv7 keys, sortable by the time they were made (as the seed's cuid)."""

from django.db import models
from uuid_utils.compat import uuid7


class UUIDModel(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
