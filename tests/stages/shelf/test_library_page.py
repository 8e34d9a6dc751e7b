"""Looking through the library by oneself: published only, the reason shown, and nothing that tells whose idea is whose."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.rls import transaction_as
from library.actions import HOUSE, change_status, load_curated
from library.models import GlobalLibraryItem
from library.words import Status
from stages.repair import queries
from tests.couple import ADA, BEN, Couple
from tests.library.factories import CURATOR
from tests.pages import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def items():
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=timezone.now())


def look(couple, name=ADA, **asked) -> str:
    answer = browser(couple, name).post(reverse("library"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r"<h3>(.+?)</h3>", page)]


def titles_of(**filters) -> set[str]:
    with transaction_as(CURATOR):
        return set(GlobalLibraryItem.objects.filter(**filters).values_list("title", flat=True))


def test_by_words_need_situation_and_effort(items):
    couple = Couple().until("heard")
    page = look(couple, words="He is on his phone all through dinner.", needs=["CONNECTION"])
    assert "A basket for the phones" in titles(page)[:3] and "For Connection" in page
    page = look(couple, needs=["FAIRNESS"], situation="money", effort="1", more="1")
    assert set(titles(page)) == titles_of(need_categories__contains=["FAIRNESS"], situation="money", effort=1)
    assert "phone all through dinner" not in page


def test_at_first_it_shows_different_things_for_one_s_own_needs_and_why(items):
    couple = Couple().until("needs")
    page = browser(couple, ADA).get(reverse("library")).content.decode()
    assert len(titles(page)) == 6 and page.count("For Recognition") >= 3


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_only_what_is_published_is_there(items, status):
    couple = Couple().until("heard")
    assert "A basket for the phones" in titles(look(couple, situation="digital life"))
    with transaction_as(CURATOR):
        pk = GlobalLibraryItem.objects.get(slug="phone-basket-at-table").pk
        change_status(by=CURATOR, ids=[pk], status=status, now=timezone.now())
    for asked in ({"situation": "digital life"}, {"words": "a basket for the phones"}):
        assert "A basket for the phones" not in look(couple, more="1", **asked)


def test_what_stands_in_a_pool_is_not_shown_however_it_was_sorted(items):
    couple = Couple().until("pool")
    with couple.acting(ADA) as place:
        words = {one.words for one in queries.pool(place)}
        in_pool = list(GlobalLibraryItem.objects.filter(plain__in=words))
    assert len(in_pool) >= 3
    for name in (ADA, BEN):
        for item in in_pool:
            assert item.title not in titles(look(couple, name, words=item.plain, more="1"))
    others = Couple().until("heard")
    assert in_pool[0].title in titles(look(others, words=in_pool[0].plain))


def test_what_the_partner_sorts_and_names_changes_no_title(items):
    couple = Couple().until("pool")
    page = browser(couple, BEN)

    def seen():
        first = page.get(reverse("library")).content.decode()
        return titles(first), titles(look(couple, BEN, words="we never talk", more="1"))

    before = seen()
    couple.sort(ADA, "NOT_NOW")
    assert seen() == before


def test_nothing_found_says_so_and_strangers_are_asked_to_sign_in(items):
    couple = Couple().until("heard")
    page = look(couple, needs=["MEANING"], situation="money", effort="1", words="zzzz")
    assert titles(page) or "Nothing like it here" in page
    assert Client().get(reverse("library")).status_code == 302
    assert browser(couple, ADA).post(reverse("library"), {"situation": "nowhere"}).status_code == 200
