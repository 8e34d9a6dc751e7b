"""What a person may ask the guide for beside the conversation: a topic, coaching, plainer words.

Asked for on a page, made in a worker as the `ai` actor, taken or left by the person. A page shows `latest` or waits for it.
Each room registers how its purpose is read and made: `reads(actor, about_id) -> Looked | None` inside a transaction,
`makes(guide, words) -> dict` outside any. What was looked at is in the context log before the guide is asked.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from beheard.ai.budget import charged_to
from beheard.people.pages import Place
from beheard.rls import Actor, transaction_as
from beheard.rls.reading import asked_once
from stages.guide.interface import Words
from stages.guide.registry import current_guide
from stages.models import Purpose, Suggestion
from stages.queue import quietly
from stages.retrieval import note_use
from vessels.private.models import UserVessel


class Looked(NamedTuple):
    """What the guide gets, and the things of the person's it was taken from."""

    words: Any
    items: Sequence[Words]


class Recipe(NamedTuple):
    reads: Callable[[Actor, UUID], Looked | None]
    makes: Callable[[Any, Any], dict]


RECIPES: dict[Purpose, Recipe] = {}


def register(purpose: Purpose, *, reads, makes) -> None:
    RECIPES[purpose] = Recipe(reads, makes)


def ask(*, place: Place, purpose: Purpose, about_id: UUID) -> None:
    """Ask after commit. If no worker is there the person goes on without it."""
    transaction.on_commit(lambda: quietly("stages.suggest", purpose, about_id, place.user_id, place.session.pk))


def latest(place: Place, purpose: Purpose, about_id: UUID, *, since: datetime | None = None) -> Suggestion | None:

    def ask() -> Suggestion | None:
        return _latest(place, purpose, about_id, since)

    return asked_once(("suggestion", place.user_id, purpose, about_id, since), ask)


def _latest(place: Place, purpose: Purpose, about_id: UUID, since: datetime | None) -> Suggestion | None:
    found = Suggestion.objects.filter(
        owner_id=place.user_id, session_id=place.session.pk, about_id=about_id, purpose=purpose
    )
    if since is not None:
        found = found.filter(made_at__gte=since)
    return found.order_by("-made_at").first()


def make(*, purpose: str, about_id: UUID, user_id: UUID, session_id: UUID, now: datetime) -> None:
    """Read as the guide, think outside any transaction, keep. Nothing when what it is about is gone."""
    actor = Actor.ai(user_id, session_id)
    recipe, made = RECIPES[Purpose(purpose)], Suggestion()
    with transaction_as(actor):
        looked = recipe.reads(actor, about_id)
        if looked is None:
            return
        note_use(purpose, looked.items, use_id=made.pk, actor=actor, now=now)
    with charged_to(user_id):
        content = recipe.makes(current_guide(), looked.words)
    with transaction_as(actor):
        vessel = UserVessel.objects.filter(owner_id=user_id, session_id=session_id).first()
        if vessel is not None:
            Suggestion.objects.create(
                id=made.pk,
                owner_id=user_id,
                session_id=session_id,
                vessel=vessel,
                purpose=purpose,
                about_id=about_id,
                content=content,
                made_at=now,
            )
