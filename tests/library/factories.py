from datetime import UTC, datetime
from uuid import UUID

import factory

from beheard.rls import Actor
from library.contributions import GivenWords
from library.models import GlobalLibraryItem
from library.words import NeedCategory, Status

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
CURATOR = Actor.curator(UUID("11111111-1111-4111-8111-111111111111"))


class ItemFactory(factory.django.DjangoModelFactory):
    """A published micro-experiment. Needs a curator's transaction."""

    class Meta:
        model = GlobalLibraryItem

    slug = factory.Sequence(lambda number: f"walk-{number}")
    title = factory.Sequence(lambda number: f"A walk after supper {number}")
    description = "A short walk together."
    plain = "For one week, we walk for ten minutes after supper. We'll know it helped if evenings feel calmer."
    category = "quality-time"
    situation = "time together"
    steps = ["Put on shoes.", "Walk."]
    duration_days = 7
    need_categories = [NeedCategory.CONNECTION]
    needs = ["calm"]
    measure = "Evenings feel calmer."
    status = Status.PUBLISHED
    created_at = NOW
    updated_at = NOW


def words(**changes) -> GivenWords:
    """What somebody offers to the library."""
    given = {
        "title": "Soup on the balcony",
        "description": "We eat soup outside once a week, in coats.",
        "plain": "For two weeks, we eat soup outside once a week. We'll know it helped if we laugh.",
        "duration_days": 14,
        "need_categories": ("CONNECTION",),
    }
    return GivenWords(**given | changes)
