"""Unsent text is kept in its writer's vessel, for them alone, the first words of all too."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.people.models import Session
from beheard.rls import NotYours, transaction_as
from stages import actions
from stages.models import Message
from tests.shared.couple import NOW, person
from tests.shared.visiting import text_of, visit_as
from vessels.private.drafts import draft, forget_draft, save_draft
from vessels.private.models import Draft


def keep(client, place, key, text):
    return client.post(reverse("private:draft", args=[place.session.pk]), {"key": key, "text": text})


def kept(place, key):
    with transaction_as(place.actor):
        return draft(place, key)


def test_a_draft_is_kept_replaced_and_forgotten(pair):
    with transaction_as(pair.ana.actor):
        save_draft(pair.ana, "letter", "one")
        save_draft(pair.ana, "letter", "two")
        assert draft(pair.ana, "letter") == "two"
        assert Draft.objects.count() == 1
        forget_draft(pair.ana, "letter")
        assert draft(pair.ana, "letter") == ""


def test_the_page_keeps_it_every_few_seconds(pair):
    client = visit_as(pair.ana)
    assert keep(client, pair.ana, "letter", "half a sent").status_code == 204
    assert kept(pair.ana, "letter") == "half a sent"
    assert keep(client, pair.ana, "letter", " ").status_code == 204
    assert kept(pair.ana, "letter") == ""
    with transaction_as(pair.ana.actor):
        assert Draft.objects.count() == 0


def test_a_key_may_carry_its_session_before_it(pair):
    keep(visit_as(pair.ana), pair.ana, f"{pair.ana.session.pk}:letter", "words")
    assert kept(pair.ana, "letter") == "words"
    assert kept(pair.ana, f"{pair.ana.session.pk}:letter") == "words"


@pytest.mark.parametrize(
    "key", ["", "A", "a b", "a_b", "é", "a" * 81, "../x", "5522d6da-2654-4d40-84c3-8cd6863dfd20:letter", "a\n"]
)
def test_what_is_no_key_is_not_found(pair, key):
    assert keep(visit_as(pair.ana), pair.ana, key, "words").status_code == 404
    with transaction_as(pair.ana.actor):
        assert Draft.objects.count() == 0


@pytest.mark.parametrize("text", ["🌻", "مرحبا", "<script>", "a\0b", "\ud800"])
def test_strange_text_is_kept(pair, text):
    with transaction_as(pair.ana.actor):
        save_draft(pair.ana, "letter", text)
        assert draft(pair.ana, "letter") == text.replace("\0", "").replace("\ud800", "\ufffd")


def test_very_long_text_is_cut_rather_than_lost(pair):
    with transaction_as(pair.ana.actor):
        save_draft(pair.ana, "letter", "a" * 50_000)
        assert len(draft(pair.ana, "letter")) == 40_000


def test_nobody_else_reads_or_writes_it(pair):
    with transaction_as(pair.ana.actor):
        save_draft(pair.ana, "letter", "mine")
    with transaction_as(pair.ben.actor):
        save_draft(pair.ben, "letter", "his")
        assert draft(pair.ben, "letter") == "his"
        assert Draft.objects.count() == 1
    assert kept(pair.ana, "letter") == "mine"
    stranger = visit_as(person("cleo@example.org"))
    assert keep(stranger, pair.ana, "letter", "hers").status_code == 404
    assert keep(Client(), pair.ana, "letter", "x").status_code == 302
    assert kept(pair.ana, "letter") == "mine"


def test_a_draft_of_another_session_is_not_found(pair):
    with transaction_as(pair.ana.actor), pytest.raises(NotYours):
        save_draft(pair.ana, f"{uuid4()}:letter", "words")


# --- first words -------------------------------------------------------------------------------------------------


@pytest.fixture
def cleo(db):
    return person("cleo@example.org")


def sessions_of(actor):
    with transaction_as(actor):
        return list(Session.objects.order_by("id"))


def test_the_first_unsent_words_open_one_session(cleo):
    client = visit_as(cleo)
    for text in ("Th", "This h", "This happened"):
        assert client.post(reverse("first_draft"), {"key": "first", "text": text}).status_code == 204
    assert len(sessions_of(cleo)) == 1
    with transaction_as(cleo):
        assert draft(actions.unbegun(cleo), actions.FIRST_WORDS) == "This happened"


def test_an_empty_box_opens_nothing(cleo):
    visit_as(cleo).post(reverse("first_draft"), {"key": "first", "text": " "})
    assert sessions_of(cleo) == []
    assert Client().post(reverse("first_draft"), {"text": "x"}).status_code == 302


def test_sent_first_words_go_where_the_unsent_ones_were(cleo):
    visit_as(cleo).post(reverse("first_draft"), {"key": "first", "text": "This happ"})
    key = str(uuid4())
    for _ in range(2):
        with transaction_as(cleo):
            place = actions.begin(by=cleo, words="This happened.", display_name="Cleo", key=key, now=timezone.now())
    assert len(sessions_of(cleo)) == 1
    with transaction_as(cleo):
        assert Message.objects.count() == 1
        assert draft(place, actions.FIRST_WORDS) == ""
        assert actions.unbegun(cleo) is None


def test_another_key_begins_another_session(cleo):
    for key in ("one", "two"):
        with transaction_as(cleo):
            actions.begin(by=cleo, words="This happened.", display_name="Cleo", key=key, now=NOW)
    assert len(sessions_of(cleo)) == 2


def test_a_session_one_was_invited_to_is_not_taken_for_first_words(pair):
    with transaction_as(pair.ben.actor):
        assert actions.unbegun(pair.ben.actor) is None


@pytest.mark.slow
def test_two_tabs_begin_one_session_between_them(transactional_db):
    cleo = person("cleo@example.org")

    def begin(number):
        try:
            with transaction_as(cleo):
                if number % 2:
                    actions.open_first_vessel(by=cleo, display_name="Cleo", now=timezone.now())
                else:
                    actions.begin(by=cleo, words="This.", display_name="Cleo", key="one", now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(begin, (0, 0)))
    assert len(sessions_of(cleo)) == 1


def test_unsent_first_words_are_in_the_box_when_one_comes_back(cleo):
    client = visit_as(cleo)
    page = text_of(client.get(reverse("begin")))
    key = re.search(r'data-draft-key="([^"]+)"', page).group(1)
    client.post(re.search(r'data-draft-url="([^"]+)"', page).group(1), {"key": key, "text": "This happened wh"})
    for address in (reverse("begin"), reverse("conversation", args=[sessions_of(cleo)[0].pk])):
        assert "This happened wh" in text_of(client.get(address))


def test_leaving_fast_keeps_what_was_typed_since(cleo):
    client = visit_as(cleo)
    client.post(reverse("first_draft"), {"key": actions.FIRST_WORDS, "text": "This"})
    client.post(reverse("leave"), {"draft_key": actions.FIRST_WORDS, "draft_text": "This happened"})
    with transaction_as(cleo):
        assert draft(actions.unbegun(cleo), actions.FIRST_WORDS) == "This happened"
