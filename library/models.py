"""The library of micro-experiments: what it holds, who may read it, and how contributors stay unknown."""

from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from beheard.ai.interface import EMBEDDING_DIMENSIONS
from beheard.rls.constraints import CompositeForeignKey, PlainStorage, Protected, one_of, policies
from beheard.rls.models import UUIDModel
from beheard.rls.triggers import DoorTrigger
from library.content import PLAIN_WORDS
from library.words import Effort, NeedCategory, Setting, Source, Status

LONGEST_TEXT = 4_000
# What a giver agrees to word by word; the digest is of these (door.library_words_digest).
AGREED_WORDS = ("title", "description", "plain", "steps", "measure", "duration_minutes", "duration_days")
PUBLISHED = f"status = '{Status.PUBLISHED.value}'"


def at_most_plain_words(text: str) -> None:
    if len(text.split()) > PLAIN_WORDS:
        raise ValidationError(_("At most %(count)s words, please."), params={"count": PLAIN_WORDS})


def text_field(label, **kwargs):
    return models.TextField(label, validators=[MaxLengthValidator(LONGEST_TEXT)], **kwargs)


def words_field(label, **kwargs):
    return ArrayField(models.CharField(max_length=600), verbose_name=label, default=list, **kwargs)


class LibraryManager(models.Manager):
    """Leaves the search vector in the database: no page needs it."""

    def get_queryset(self):
        return super().get_queryset().defer("search_vector")


class GlobalLibraryItem(UUIDModel):
    """One micro-experiment. Partners and the guide see it while it is published; curators write it.

    Ids are random, not ordered by time, and the times of a contributed item are those of its month: neither may lead to
    whoever gave it. `content_version` is the fingerprint of the file's words when they were last loaded.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    description = text_field(_("what it is"))
    plain = models.CharField(
        _("plain form"), max_length=400, blank=True, validators=[at_most_plain_words],
        help_text=_("“For one week, we … . We'll know it helped if … .” At most 40 words; shown in a couple's pool."),
    )  # fmt: skip
    category = models.CharField(_("category"), max_length=40)
    situation = models.CharField(_("situation"), max_length=40, blank=True)
    steps = words_field(_("what to do"), blank=True)
    duration_minutes = models.PositiveSmallIntegerField(_("minutes each time"), null=True, blank=True)
    duration_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort"), choices=Effort, default=Effort.SMALL)
    setting = models.CharField(_("setting"), max_length=8, choices=Setting, default=Setting.EITHER)
    measure = text_field(_("how to know it helped"), blank=True)
    need_categories = ArrayField(
        models.CharField(max_length=11, choices=NeedCategory), verbose_name=_("need categories"), default=list
    )
    needs = words_field(_("needs, in plain words"), blank=True)
    cues = text_field(
        _("what people say"), blank=True, db_default="",
        help_text=_("What somebody might say for whom this fits, in their words. Not shown: an item is also found by it."),
    )  # fmt: skip
    cautions = text_field(_("cautions"), blank=True)
    when_not = text_field(_("when not"), blank=True)
    citation = text_field(_("research behind it"), blank=True)
    solo = models.BooleanField(_("for one person alone"), default=False)
    source = models.CharField(_("source"), max_length=11, choices=Source, default=Source.CURATED, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    content_version = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("situation", "category", "cues", weight="B", config="english")
        + SearchVector("plain", "description", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LibraryManager()

    class Meta:
        verbose_name = _("micro-experiment")
        verbose_name_plural = _("micro-experiments")
        indexes = [
            models.Index(fields=["category"], name="library_item_category"),
            GinIndex(fields=["search_vector"], name="library_item_words"),
        ]
        constraints = [
            one_of("source", Source, "library_item_source_known"),
            one_of("status", Status, "library_item_status_known"),
            one_of("setting", Setting, "library_item_setting_known"),
            one_of("effort", Effort, "library_item_effort_known"),
            CheckConstraint(
                condition=Q(need_categories__contained_by=NeedCategory.values) & Q(need_categories__len__gt=0),
                name="library_item_needs_known",
            ),
            CheckConstraint(
                condition=Q(duration_minutes__isnull=False, duration_minutes__gt=0)
                | Q(duration_days__isnull=False, duration_days__gt=0),
                name="library_item_takes_some_time",
            ),
            CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | ~Q(plain=""), name="library_item_published_has_plain_form"
            ),
            # What a contribution and an embedding point at, so that a row can't disagree with its item.
            UniqueConstraint(fields=["id", "source"], name="library_item_id_and_source"),
            UniqueConstraint(fields=["id", "status", "solo"], name="library_item_id_and_status"),
            Protected(name="library_item_protected"),
            *policies("library_item", "user", "S", PUBLISHED),
            *policies("library_item", "ai", "S", PUBLISHED),
            *policies("library_item", "joint", "S", PUBLISHED),
            *policies("library_item", "curator", "SIUD", "true"),
            *policies("library_item", "door", "SIU", "true"),
        ]
        triggers = [
            DoorTrigger(
                name="library_item_contributed_by_someone",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("source", "status", *AGREED_WORDS),
                timing=pgtrigger.Deferred,
                function="library_item_needs_contribution",
            )
        ]

    def __str__(self):
        return self.title


class LibraryEmbedding(models.Model):
    """The vector of an item's published words, made from nothing else. It follows its item's status by itself."""

    item = models.OneToOneField(
        GlobalLibraryItem, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    status = models.CharField(max_length=9)
    solo = models.BooleanField()
    embedding = HalfVectorField(dimensions=EMBEDDING_DIMENSIONS)
    model_name = models.CharField(max_length=80)
    made_from = models.CharField(max_length=64)

    class Meta:
        indexes = [
            HnswIndex(
                name="library_embedding_near",
                fields=["embedding"],
                m=32,
                ef_construction=400,
                opclasses=["halfvec_cosine_ops"],
                condition=Q(status=Status.PUBLISHED.value),
            )
        ]
        constraints = [
            PlainStorage(name="library_embedding_plain", column="embedding"),
            CompositeForeignKey(
                name="library_embedding_of_item",
                columns=["item_id", "status", "solo"],
                to="library.GlobalLibraryItem",
                to_columns=["id", "status", "solo"],
                on_delete="CASCADE ON UPDATE CASCADE",
            ),
            Protected(name="library_embedding_protected"),
            *policies("library_embedding", "user", "S", PUBLISHED),
            *policies("library_embedding", "ai", "S", PUBLISHED),
            *policies("library_embedding", "joint", "S", PUBLISHED),
            *policies("library_embedding", "curator", "SIUD", "true"),
            *policies("library_embedding", "door", "S", "true"),
        ]


from library.contribution_models import *  # noqa: E402, F403
from library.records import ItemEdit, LibraryJob, LibraryUsage  # noqa: E402, F401
