"""Ways to end well: alone, or together without an agreement."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from beheard.rls.triggers import raises_content_version
from vessels.private.base import VesselItem, vessel_item

__all__ = ["Closure", "SoloEnding"]


class SoloEnding(VesselItem):
    """For someone whose partner never comes: an unsent letter, one clear request, one experiment to do by oneself."""

    letter = EncryptedTextField(blank=True, default="")
    request = EncryptedTextField(max_length=2000, blank=True, default="")
    library_item_id = models.UUIDField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *vessel_item("solo_ending", ai="S"),
            UniqueConstraint(fields=["vessel", "owner"], name="solo_ending_once"),
        ]
        triggers = raises_content_version("solo_ending")


class Closure(VesselItem):
    """A closure, with an agreement or without: what stays unmet, and what I will do anyway. Private to its writer."""

    needs = EncryptedJSONField(null=True, blank=True)  # of their own, in their words, that stay unmet
    unmet = EncryptedTextField(max_length=4000, blank=True, default="")
    commitment = EncryptedTextField(max_length=2000, blank=True, default="")
    stage = models.PositiveSmallIntegerField(default=4)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("closure", ai="S"),
            UniqueConstraint(fields=["vessel", "owner"], name="closure_once"),
        ]
        triggers = raises_content_version("closure")
