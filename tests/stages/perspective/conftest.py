from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from beheard.people.models import User
from beheard.people.pages import Place, place_of
from beheard.rls import no_actor, transaction_as
from stages import progress, suggestions
from stages.perspective import actions
from stages.steps import MeetingKind, StepKind
from tests.shared.couple import begin, couple, person
from vessels.shared import bridge

GUESS = "Maybe you lie awake before these talks. Maybe you wish I asked first."
LINES = "I am tired in the evening\nI do want this"


@dataclass
class Two:
    """Ana and Ben, both at the door of Stage 2."""

    ana: Place
    ben: Place


def at_stage_two(place: Place) -> Place:
    now = timezone.now()
    with transaction_as(place.actor):
        progress.enter_stage(place=place, stage=1, now=now)
        progress.take_step(place=place, kind=StepKind.HEARD, now=now)
        progress.complete_stage(place=place, stage=1, now=now)
        progress.take_step(place=place, kind=StepKind.COMPACT_SIGNED, now=now)
        progress.enter_stage(place=place, stage=2, now=now)
        progress.meet(place=place, kind=MeetingKind.COMPACT)
        return place_of(place.actor, place.session.pk)


@pytest.fixture
def two(db) -> Two:
    pair = couple()
    return Two(at_stage_two(pair.ana), at_stage_two(pair.ben))


@pytest.fixture
def stranger(db) -> Place:
    return begin(person("stranger@example.org"), "Stranger")


def browser(place: Place) -> Client:
    client = Client()
    with no_actor():
        client.force_login(User.objects.get(pk=place.user_id))
    return client


def write_letter(place: Place, guess: str = GUESS, want_known: str = LINES):
    """The letter, put before its writer."""
    with transaction_as(place.actor):
        return actions.finish_letter(place=place, guess=guess, want_known=want_known, now=timezone.now())


def share_letter(place: Place, **words) -> bool:
    content = write_letter(place, **words)
    with transaction_as(place.actor):
        return actions.share_letter(
            place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now()
        )


def cross(two: Two) -> None:
    share_letter(two.ana, guess="Ana's guess about Ben. It may be wrong.")
    assert share_letter(two.ben, guess="Ben's guess about Ana. Perhaps you feel alone.")


def open_letter(place: Place) -> None:
    with transaction_as(place.actor):
        actions.open_letter(place=place, now=timezone.now())


def send_added(place: Place, words: str):
    """One thing to add, written, previewed and sent; the cooling-off lies behind."""
    from stages.perspective import queries

    earlier = timezone.now() - timedelta(hours=1)
    with transaction_as(place.actor):
        letter = queries.received(place).latest
        answer = actions.keep_answer(place=place, letter_id=letter.pk, landed=[0], to_add=words, now=earlier)
        content = actions.offer_added(place=place, answer=answer, now=earlier)
        return actions.share_by_itself(place=place, content_id=content.pk, digest=bridge.digest(content), now=earlier)


def let_the_guide_read(place: Place, purpose, about_id) -> None:
    suggestions.make(
        purpose=purpose,
        about_id=about_id,
        user_id=place.user_id,
        session_id=place.session.pk,
        now=timezone.now(),
    )
