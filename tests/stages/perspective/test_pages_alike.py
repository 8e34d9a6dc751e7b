"""What one decides alone shows on none of the other's pages; and a page asks little, however much was written."""

import pytest
from django.utils import timezone

from beheard.rls import transaction_as
from stages.perspective import actions, queries
from tests.stages.perspective.conftest import (
    browser,
    cross,
    open_letter,
    send_added,
    share_letter,
    write_letter,
)
from tests.stages.perspective.test_pages import PAGES, get, post, text, url


def go_on(place):
    with transaction_as(place.actor):
        actions.go_on_without(place=place, now=timezone.now())


def keep_private(place):
    content = write_letter(place)
    with transaction_as(place.actor):
        actions.keep_letter_private(place=place, content_id=content.pk, now=timezone.now())


def draft(place):
    with transaction_as(place.actor):
        actions.keep_draft(place=place, guess="Mine.", want_known="", now=timezone.now())


@pytest.mark.parametrize("choice", [draft, write_letter, share_letter, keep_private, go_on])
def test_nothing_one_decides_alone_shows_on_the_others_pages(two, choice):
    share_first = choice is not share_letter
    if share_first:
        share_letter(two.ben)
    pages = [*PAGES, "session"]
    before = [(r.status_code, text(r)) for r in (get(two.ben, name) for name in pages)]
    choice(two.ana)
    after = [(r.status_code, text(r)) for r in (get(two.ben, name) for name in pages)]
    assert before == after


@pytest.mark.parametrize("choice", ["mark", "close", "restated"])
def test_nothing_one_decides_alone_shows_after_the_crossing_either(two, choice):
    cross(two)
    open_letter(two.ben)
    pages = [*PAGES, "session"]
    before = [(r.status_code, text(r)) for r in (get(two.ben, name) for name in pages)]
    open_letter(two.ana)
    with transaction_as(two.ana.actor):
        letter = queries.received(two.ana).letter
        given = actions.keep_answer(place=two.ana, letter_id=letter.pk, landed=[0], to_add="Mine.", now=timezone.now())
        if choice == "close":
            actions.close(place=two.ana, verdict="DIFFERENTLY", now=timezone.now())
        if choice == "restated":
            offered = actions.offer_added(place=two.ana, answer=given, now=timezone.now())
            actions.keep_by_itself(place=two.ana, content_id=offered.pk, now=timezone.now())
    after = [(r.status_code, text(r)) for r in (get(two.ben, name) for name in pages)]
    assert before == after


@pytest.mark.parametrize("name", ["letter", "letter_open", "letter_answer"])
def test_a_page_asks_little_of_the_database_however_much_was_written(two, name, django_assert_max_num_queries):
    for number in range(3):
        post(two.ana, "letter", guess=f"Version {number}.", want_known="", do="keep")
    if name != "letter":
        cross(two)
        open_letter(two.ana)
        send_added(two.ana, "It is the mornings.")
    client = browser(two.ana)
    with django_assert_max_num_queries(14):  # two of them are the test's own savepoint
        assert client.get(url(name, two.ana)).status_code == 200
