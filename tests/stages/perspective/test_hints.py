"""Hints: from what the other shares and from nothing else, two at most, by an explicit yes, in one's own decisions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beheard.rls import NotYours, transaction_as
from consent import ledger
from consent.models import Action, ConsentEvent, ContentType
from stages.perspective import actions, queries
from stages.perspective.models import HintAccess
from tests.shared.couple import need_of
from tests.stages.perspective.conftest import browser
from tests.stages.perspective.test_pages import text, url
from vessels.shared import bridge

FIRST, SECOND, THIRD = "Safety: I need calm at night.", "Meaning: I need a plan.", "Fairness: I need turns."

pytestmark = pytest.mark.django_db


def share(place, words, *, crossed=True):
    """A need that `place` shares; long ago, so that it has cooled off."""
    at = timezone.now() - timedelta(hours=1)
    with transaction_as(place.actor):
        need = need_of(place, words)
        content = bridge.offer(
            place=place, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=words, now=at
        )
        if crossed:
            bridge.grant(place=place, content_id=content.pk, digest=bridge.digest(content), now=at, at_meeting=False)
    return content


@pytest.fixture
def shared(two):
    return [share(two.ben, words) for words in (FIRST, SECOND, THIRD)]


def take(place):
    with transaction_as(place.actor):
        return actions.use_hint(place=place, now=timezone.now())


def hints(place):
    with transaction_as(place.actor):
        return queries.hints(place)


def decisions(place) -> list[str]:
    with transaction_as(place.actor):
        return list(ConsentEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_nothing_is_shown_before_an_explicit_yes(two, shared):
    page = text(browser(two.ana).get(url("letter_hint", two.ana)))
    assert "Yes, show me one" in page and FIRST not in page
    assert FIRST not in text(browser(two.ana).get(url("letter", two.ana)))
    browser(two.ana).post(url("letter_hint", two.ana))
    assert FIRST in text(browser(two.ana).get(url("letter", two.ana)))


def test_two_at_most_and_each_in_ones_own_decisions(two, shared):
    taken = [take(two.ana) for _ in range(3)]
    assert [hint.content_id for hint in taken[:2]] == [shared[0].pk, shared[1].pk] and taken[2] is None
    assert decisions(two.ana).count(Action.HINT_USED) == 2
    assert hints(two.ana).left == 0
    assert "No hint just now" in text(browser(two.ana).get(url("letter_hint", two.ana)))


def test_a_double_click_is_one_hint(two, shared):
    ana = browser(two.ana)
    for _ in range(2):
        ana.post(url("letter_hint", two.ana), {"slot": "1"})
    assert hints(two.ana).left == 1 and decisions(two.ana).count(Action.HINT_USED) == 1


def test_the_other_s_pages_and_decisions_are_the_same_before_and_after(two, shared):
    ben = browser(two.ben)
    pages = ("letter", "letter_hint", "session", "notices")

    def everything():
        return [text(ben.get(url(name, two.ben) if name != "notices" else "/notices/")) for name in pages]

    before, noted = everything(), decisions(two.ben)
    take(two.ana)
    assert everything() == before and decisions(two.ben) == noted


def test_what_was_only_looked_at_is_no_hint(two):
    share(two.ben, FIRST, crossed=False)
    assert hints(two.ana).left == 0 and take(two.ana) is None


def test_what_is_taken_back_is_gone_from_beside_the_letter_and_its_place_stays_used(two, shared):
    take(two.ana)
    with transaction_as(two.ben.actor):
        bridge.revoke(place=two.ben, content_id=shared[0].pk, now=timezone.now())
    found = hints(two.ana)
    assert (found.taken, found.left) == ([], 1)
    assert FIRST not in text(browser(two.ana).get(url("letter", two.ana)))


def test_a_hint_from_what_can_not_be_read_is_not_noted(two, stranger, shared):
    for place in (stranger, two.ben):
        with pytest.raises(NotYours), transaction_as(place.actor):
            ledger.append_hint(place=place, content_id=shared[0].pk)
    with transaction_as(two.ana.actor):
        assert not HintAccess.objects.exists()
