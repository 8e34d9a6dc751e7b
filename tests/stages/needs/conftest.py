import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from beheard.people.pages import Place, place_of
from beheard.rls import transaction_as
from stages import actions as turns
from stages import progress
from stages.needs import actions, common, search
from stages.steps import MeetingKind, StepKind
from tests.shared.couple import begin, couple, person
from tests.shared.visiting import visit_as
from vessels.private.models import IdentifiedNeed
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent

SAID = {
    "ana": "He shouts when I ask about money and I walk on eggshells in my own home. I want some calm. "
    "I feel so alone in the evenings, I just want him to listen to me for once. I do all the housework.",
    "ben": "She never lets me finish a sentence. I need calm when I come home, and I want her to trust me with money.",
}


@dataclass
class Two:
    """Ana and Ben, both at the door of Stage 3 and with words behind them."""

    ana: Place
    ben: Place
    stranger: Place


def at_stage_three(place: Place, words: str) -> Place:
    now = timezone.now()
    with transaction_as(place.actor):
        turns.say(place=place, words=words, stage=1, key=str(uuid4()), now=now)
        for kind in (StepKind.HEARD, StepKind.COMPACT_SIGNED, StepKind.WENT_ON_LETTERS):
            progress.take_step(place=place, kind=kind, now=now)
        for stage in (1, 2):
            progress.enter_stage(place=place, stage=stage, now=now)
            progress.complete_stage(place=place, stage=stage, now=now)
        progress.enter_stage(place=place, stage=3, now=now)
        progress.meet(place=place, kind=MeetingKind.COMPACT)
        return place_of(place.actor, place.session.pk)


@pytest.fixture
def two(db) -> Two:
    pair = couple()
    stranger = begin(person("stranger@example.org"), "Stranger")
    return Two(
        at_stage_three(pair.ana, SAID["ana"]),
        at_stage_three(pair.ben, SAID["ben"]),
        at_stage_three(stranger, SAID["ana"]),
    )


# --- as the person -------------------------------------------------------------------------------


def does(place: Place, action, **kwargs):
    """One action, as this person, now."""
    with transaction_as(place.actor):
        return action(place=place, now=timezone.now(), **kwargs)


def look(place: Place) -> int:
    """The guide looks, as the worker would."""
    return search.find_needs(user_id=place.user_id, session_id=place.session.pk, now=timezone.now())


def look_for_common(place: Place) -> int:
    return common.find(session_id=place.session.pk, now=timezone.now())


def needs_of(place: Place) -> list[IdentifiedNeed]:
    with transaction_as(place.actor):
        needs = list(IdentifiedNeed.objects.filter(owner_id=place.user_id).order_by("created_at", "id"))
        for need in needs:  # words are opened where they are read
            assert need.need and need.words and need.evidence is not None and need.guide_words is not None
        return needs


def add(place: Place, need: str, words: str = "", category: str = "") -> IdentifiedNeed:
    return does(place, actions.add, need=need, words=words, category=category, key=str(uuid4()))


def share(place: Place, need: IdentifiedNeed) -> ConsentedContent:
    with transaction_as(place.actor):
        content = actions.offer(place=place, need_id=need.pk, now=timezone.now())
        digest = bridge.digest(content)
        actions.share(place=place, content_id=content.pk, digest=digest, now=timezone.now())
        return content


def show(place: Place, need: str) -> ConsentedContent:
    """Add a plain need and share it."""
    return share(place, add(place, need))


def meet(two: Two) -> None:
    does(two.ana, actions.finish)
    assert does(two.ben, actions.finish)


def notice(place: Place, text: str = "") -> None:
    does(place, actions.notice, text=text)


# --- as a browser --------------------------------------------------------------------------------


def url(name: str, place: Place, *args) -> str:
    return reverse(name, args=[place.session.pk, *args])


def get(place: Place, name: str, *args, **query):
    return visit_as(place).get(url(name, place, *args), query)


def post(place: Place, name: str, *args, **data):
    return visit_as(place).post(url(name, place, *args), data)


def text(response) -> str:
    """What a page says, without what is new on every load."""
    assert response.status_code == 200
    return re.sub(
        r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|name="key" value=")[^"]+', r"\1", response.content.decode()
    )
