"""Who waits for the other finds a way on where the page says it is, and it leads on."""

import pytest

from stages.home.words import WAITING
from stages.journey import Next, awaited, facts_of, next_thing
from stages.steps import MeetingKind as M
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "step", "meeting", "way_on"),
    [
        ("understood", Couple.finish_needs, M.NEEDS, "go_on_without_needs"),
        ("needs", Couple.answer_common, M.COMMON_GROUND, "go_on_without_needs"),
        ("common", Couple.ideas_ready, M.IDEAS, "go_on_without_ideas"),
        ("pool", Couple.sort, M.OVERLAP, "go_on_without_ideas"),
    ],
)
def test_the_way_on_is_on_the_page_it_leads_to(start, step, meeting, way_on):
    couple = Couple().until(start)
    step(couple, ADA)
    ada, words = browser(couple, ADA), WAITING[meeting]
    assert (next_of(couple), awaited_by(couple)) == (Next.WAITING, meeting)
    assert url(couple, words.way_on_route) in ada.get(url(couple, "waiting")).content.decode()
    page = ada.get(url(couple, words.way_on_route)).content.decode()
    assert f'action="{url(couple, way_on)}"' in page
    ada.post(url(couple, way_on))
    assert next_of(couple) in (Next.IDEAS, Next.ALONE)
    assert next_of(couple, BEN) != Next.WAITING


def next_of(couple, name=ADA) -> Next:
    with couple.acting(name) as place:
        return next_thing(facts_of(place))


def awaited_by(couple) -> M:
    with couple.acting(ADA) as place:
        return awaited(facts_of(place))
