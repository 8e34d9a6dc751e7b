"""What a person asks the guide for: read as the guide, thought of outside any transaction, kept for them alone."""

from uuid import uuid4

import pytest
from django.db import connection

from beheard.people.pages import place_of
from beheard.rls import Actor
from stages import suggestions
from stages.models import Message, Purpose
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recipe(monkeypatch):
    in_transaction = []

    def reads(actor, about_id):
        message = Message.objects.filter(pk=about_id).first()
        return message and suggestions.Looked(message.content, [])

    def makes(guide, words):
        in_transaction.append(connection.in_atomic_block)
        return {"softer": words.lower()}

    monkeypatch.setitem(suggestions.RECIPES, Purpose.SOFTEN, suggestions.Recipe(reads, makes))
    return in_transaction


def made(person, about_id) -> None:
    ids = {"user_id": person.user_id, "session_id": person.session_id}
    suggestions.make(purpose="SOFTEN", about_id=about_id, now=make.now(), **ids)


def latest(person, about_id):
    with person.acting():
        place = place_of(Actor.user(person.user_id), person.session_id)
        found = suggestions.latest(place, Purpose.SOFTEN, about_id)
        return found and found.content


def test_it_is_made_outside_any_transaction_and_shown_to_who_asked(recipe):
    person = make.alone()
    message = make.make_message(person, content="LOUD")
    made(person, message.pk)
    assert latest(person, message.pk) == {"softer": "loud"}
    assert recipe == [False]


def test_nothing_is_made_of_what_is_gone_or_someone_elses(recipe):
    pair = make.couple()
    theirs = make.make_message(pair.b, content="LOUD")
    for about_id in (uuid4(), theirs.pk):
        made(pair.a, about_id)
        assert latest(pair.a, about_id) is None
    assert recipe == []


def test_the_partner_does_not_see_it(recipe):
    pair = make.couple()
    message = make.make_message(pair.a, content="LOUD")
    made(pair.a, message.pk)
    assert latest(pair.b, message.pk) is None
