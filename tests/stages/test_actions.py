"""Saying something: kept once, whoever presses how often."""

from uuid import uuid4

import pytest

from beheard.people.pages import place_of
from beheard.rls import Actor, NotNow, transaction_as
from stages.actions import MAX_CHARACTERS, say
from stages.models import Message, Outbox
from tests import factories as make
from tests.stages.crowd import at_once
from vessels.private.models import EmotionalReading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    return make.alone()


def post(person, words: str = "The dishes.", key: str = "", intensity: int | None = None) -> tuple[Message, bool]:
    actor = Actor.user(person.user_id)
    with transaction_as(actor):
        place = place_of(actor, person.session_id)
        return say(place=place, words=words, stage=1, key=key or str(uuid4()), now=make.now(), intensity=intensity)


def test_a_double_click_in_two_tabs_is_one_message_one_reading_and_one_debt(person):
    key = str(uuid4())
    answers = at_once([lambda: post(person, key=key, intensity=5)] * 5)
    assert sorted(is_new for _message, is_new in answers) == [False] * 4 + [True]
    assert len({message.pk for message, _is_new in answers}) == 1
    with person.acting():
        assert Message.objects.count() == EmotionalReading.objects.count() == 1
    with transaction_as(Actor.system()):
        assert Outbox.objects.count() == 1


@pytest.mark.parametrize("words", ["", "   ", "\x00", "x" * (MAX_CHARACTERS + 1)])
def test_nothing_and_too_much_are_refused_with_words(person, words):
    with pytest.raises(NotNow) as refused:
        post(person, words)
    assert str(refused.value)


@pytest.mark.parametrize("words", ["x" * MAX_CHARACTERS, "😀 שלום", "<script>alert(1)</script>", "a\x00b"])
def test_everything_else_is_kept_as_it_was_written(person, words):
    message, _is_new = post(person, words)
    with person.acting():
        assert Message.objects.get(pk=message.pk).content == words.replace("\x00", "")


def test_an_intensity_out_of_range_keeps_nothing(person):
    for intensity in (0, 11):
        with pytest.raises(NotNow):
            post(person, intensity=intensity)
    with person.acting():
        assert not Message.objects.exists()
