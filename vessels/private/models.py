"""The private vessel: what one person says, feels and needs, in one session. Nobody else reads it."""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone
from pgvector.django import HalfVectorField

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from beheard.crypto.keys import KeyScope
from beheard.rls import sql
from beheard.rls.constraints import CompositeForeignKey, PlainStorage, one_of, policies, private
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import DoorTrigger, outdates_embedding, raises_content_version, takes_back_shared
from vessels.private.base import VesselItem, recent, vessel_item

STAGE_RANGE = Q(stage__gte=0, stage__lte=4)


class UserVessel(UUIDModel):
    """One person's vessel in one session."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")
    session = models.ForeignKey("people.Session", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["owner", "session"], name="vessel_once"),
            UniqueConstraint(fields=["id", "owner", "session"], name="vessel_triple"),
            *private("vessel", user="", ai="S", door="S"),
            *policies("vessel", "user", "SUD", sql.own()),
            *policies("vessel", "user", "I", f"{sql.own()} AND {sql.member_of()}"),
        ]
        triggers = takes_back_shared("vessel")

    def key_scope(self) -> KeyScope:
        return KeyScope.private(self.id, self.owner_id, self.session_id)


class Attribution(models.TextChoices):
    SELF = "SELF", "something I did"
    OTHER = "OTHER", "something the other did"
    MUTUAL = "MUTUAL", "something between us"
    EXTERNAL = "EXTERNAL", "something from outside"


class UserEvent(VesselItem):
    """Something that happened, as this person told it."""

    description = EncryptedTextField()
    attributed_to = models.CharField(max_length=8, choices=Attribution)
    emotions = EncryptedJSONField(default=list, blank=True)
    stage = models.PositiveSmallIntegerField(default=1)
    source_message_id = models.UUIDField(null=True, blank=True)
    timestamp = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("event", ai="SI"),
            one_of("attributed_to", Attribution, "event_attribution_known"),
            CheckConstraint(condition=STAGE_RANGE, name="event_stage_range"),
            UniqueConstraint(fields=["id", "owner"], name="event_pair"),
        ]
        indexes = recent("event")
        triggers = [
            *raises_content_version("event"),
            *outdates_embedding("event", words="description", table="private_eventembedding"),
            *takes_back_shared("event"),
        ]


class EmotionalReading(VesselItem):
    """A number from 1 to 10 on the barometer, and if the person likes, a few words."""

    intensity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10)])
    context = EncryptedTextField(blank=True, default="", max_length=2000)
    stage = models.PositiveSmallIntegerField(default=1)
    message_id = models.UUIDField(null=True, blank=True)
    timestamp = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("reading", ai="S", door="S"),
            CheckConstraint(condition=Q(intensity__gte=1, intensity__lte=10), name="reading_intensity_range"),
            CheckConstraint(condition=STAGE_RANGE, name="reading_stage_range"),
            UniqueConstraint(fields=["id", "owner"], name="reading_pair"),
        ]
        indexes = recent("reading")
        triggers = [
            *raises_content_version("reading"),
            *outdates_embedding("reading", words="context", table="private_readingembedding"),
            *takes_back_shared("reading"),
        ]


class NeedCategory(models.TextChoices):
    SAFETY = "SAFETY", "Safety"
    CONNECTION = "CONNECTION", "Connection"
    AUTONOMY = "AUTONOMY", "Autonomy"
    RECOGNITION = "RECOGNITION", "Recognition"
    MEANING = "MEANING", "Meaning"
    FAIRNESS = "FAIRNESS", "Fairness"


class NeedOrigin(models.TextChoices):
    GUIDE = "GUIDE", "offered by the guide"
    PERSON = "PERSON", "added by the person"


class IdentifiedNeed(VesselItem):
    """A need someone may recognise as theirs. Only they confirm it; the guide may only offer."""

    need = EncryptedTextField(max_length=200)
    words = EncryptedTextField(max_length=400, blank=True, default="")  # the card, at most 25 words
    guide_words = EncryptedTextField(max_length=400, blank=True, default="")  # what the guide first offered
    category = models.CharField(max_length=12, choices=NeedCategory)
    evidence = EncryptedJSONField(default=list, blank=True)  # [{"quote": str, "message_id": str}], 1 to 5
    origin = models.CharField(max_length=6, choices=NeedOrigin)
    ai_confidence = models.FloatField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *vessel_item("need", user="SIUD", ai="S"),
            *policies(
                "need",
                "ai",
                "I",
                f"{sql.own_in_session()} AND NOT confirmed AND rejected_at IS NULL AND origin = 'GUIDE'",
            ),
            one_of("category", NeedCategory, "need_category_known"),
            one_of("origin", NeedOrigin, "need_origin_known"),
            CheckConstraint(
                condition=Q(confirmed=True, confirmed_at__isnull=False) | Q(confirmed=False, confirmed_at__isnull=True),
                name="need_confirmed_with_time",
            ),
            CheckConstraint(
                condition=Q(confirmed=False) | Q(rejected_at__isnull=True), name="need_confirmed_or_rejected"
            ),
            CheckConstraint(
                condition=Q(ai_confidence__isnull=True) | Q(ai_confidence__gte=0.0, ai_confidence__lte=1.0),
                name="need_confidence_range",
            ),
            CheckConstraint(
                condition=Q(origin="GUIDE", ai_confidence__isnull=False)
                | Q(origin="PERSON", ai_confidence__isnull=True),
                name="need_confidence_from_guide",
            ),
            CheckConstraint(condition=STAGE_RANGE, name="need_stage_range"),
            UniqueConstraint(fields=["id", "owner"], name="need_pair"),
        ]
        indexes = recent("need", time="created_at")
        triggers = [*raises_content_version("need"), *takes_back_shared("need")]


class Boundary(VesselItem):
    """Something that must not happen (again). The guide may offer one for saving; saving is the person's."""

    description = EncryptedTextField(max_length=2000)
    non_negotiable = models.BooleanField(default=False)
    saved = models.BooleanField(default=True)
    stage = models.PositiveSmallIntegerField(default=1)
    source_message_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("boundary", ai="S"),
            *policies("boundary", "ai", "I", f"{sql.own_in_session()} AND NOT saved"),
            CheckConstraint(condition=STAGE_RANGE, name="boundary_stage_range"),
        ]
        indexes = recent("boundary", time="created_at")
        triggers = [*raises_content_version("boundary"), *takes_back_shared("boundary")]
        verbose_name_plural = "boundaries"


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"
    TXT = "text/plain", "Text"
    MD = "text/markdown", "Markdown"


MAX_DOCUMENT_BYTES = 5_000_000


class UserDocument(VesselItem):
    """A file someone keeps with their words. It lives in the database, under its row-level security and encryption."""

    title = EncryptedTextField(max_length=200)
    media_type = models.CharField(max_length=80, choices=MediaType)
    size = models.PositiveIntegerField()  # bytes
    content = EncryptedTextField(max_length=7_000_000, blank=True, default="")  # base64 of the file
    extracted_text = EncryptedTextField(max_length=500_000, blank=True, default="")
    ai_interpretation = EncryptedTextField(blank=True, default="")
    stage = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *vessel_item("document", ai="S"),
            one_of("media_type", MediaType, "document_media_type_known"),
            CheckConstraint(condition=Q(size__gte=1, size__lte=MAX_DOCUMENT_BYTES), name="document_size_range"),
            CheckConstraint(condition=STAGE_RANGE, name="document_stage_range"),
        ]
        indexes = recent("document", time="created_at")
        triggers = raises_content_version("document")


class Draft(VesselItem):
    """Unsent text, saved every few seconds, so that nothing is lost by leaving fast."""

    key = models.CharField(max_length=80)  # which box on which page; never content
    text = EncryptedTextField(max_length=40_000, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *vessel_item("draft"),
            UniqueConstraint(fields=["vessel", "owner", "key"], name="draft_once"),
        ]


class Embedding(models.Model):
    """Base of the narrow side tables, searched exactly inside one vessel (DESIGN §10.3). `id` is the item's id.

    The vector is `(1536,)`, L2-normalised, and stored through the vessel's key-derived transform.
    """

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_index=False)
    session = models.ForeignKey(
        "people.Session", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    vessel = models.ForeignKey(UserVessel, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    embedding = HalfVectorField(dimensions=1536)
    made_by = models.CharField(max_length=80)  # the embedder: vectors of two are never compared

    class Meta:
        abstract = True


def embedding_of(prefix: str, to: str) -> list:
    """Row security, the tie to the vessel and to the very item the vector was made from."""
    return [
        *vessel_item(prefix, user="SD"),
        *policies(prefix, "ai", "SIUD", sql.own_in_indexed_session()),
        CompositeForeignKey(name=f"{prefix}_of_item", columns=["id", "owner_id"], to=to, to_columns=["id", "owner_id"]),
        PlainStorage(name=f"{prefix}_plain", column="embedding"),
    ]


def outdates_vessel(prefix: str) -> list[DoorTrigger]:
    """A moment's vector that goes takes the vessel's with it."""
    return [
        DoorTrigger(name=f"{prefix}_vessel", operation=pgtrigger.Delete, function="vessel_vector_outdated"),
    ]


class EventEmbedding(Embedding):
    class Meta:
        constraints = embedding_of("event_embedding", "private.UserEvent")
        indexes = [models.Index(fields=["vessel", "owner", "session"], name="event_embedding_vessel")]
        triggers = outdates_vessel("event_embedding")


class ReadingEmbedding(Embedding):
    class Meta:
        constraints = embedding_of("reading_embedding", "private.EmotionalReading")
        indexes = [models.Index(fields=["vessel", "owner", "session"], name="reading_embedding_vessel")]
        triggers = outdates_vessel("reading_embedding")


class VesselEmbedding(Embedding):
    """The seed's UserVessel.embedding: one vector for the vessel as a whole, the mean of its moments' vectors. `id` is the
    vessel's."""

    class Meta:
        constraints = [
            *vessel_item("vessel_embedding", user="SD", ai="SIUD", door="SD"),
            PlainStorage(name="vessel_embedding_plain", column="embedding"),
            CheckConstraint(condition=Q(id=models.F("vessel")), name="vessel_embedding_is_vessel"),
        ]
        indexes = [models.Index(fields=["vessel", "owner"], name="vessel_embedding_vessel")]
