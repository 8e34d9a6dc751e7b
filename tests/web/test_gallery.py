"""The gallery prints every component without an undefined variable, an inline script or an inline style."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.http import Http404
from django.test import RequestFactory

from beheard.web.gallery import gallery

NOBODY = SimpleNamespace(is_staff=False, is_authenticated=False)
STAFF = SimpleNamespace(is_staff=True, is_authenticated=True)


def answer(user):
    request = RequestFactory().get("/gallery/")
    request.user = user
    return gallery(request)


@pytest.fixture
def html():
    return answer(STAFF).content.decode()


def test_is_not_there_for_those_who_are_not_staff(settings):
    settings.DEBUG = False
    with pytest.raises(Http404):
        answer(NOBODY)


def test_prints_every_component(html):
    signs = ["stones", "barometer", "chips", "piles", "curve", "letter-sealed", "maps", "error-summary"]
    assert [sign for sign in signs if f'"{sign}' not in html and f" {sign}" not in html] == []


def test_has_no_inline_script_style_or_handler(html):
    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html) == []


def test_loads_nothing_from_another_host(html):
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', html)
    assert loaded
    assert [url for url in loaded if not url.startswith("/static/")] == []


def test_the_title_says_nothing(html):
    assert re.findall(r"<title>(.*?)</title>", html) == ["BeHeard"]


def test_the_partner_s_stone_shows_a_name_and_nothing_more():
    from django.template.loader import render_to_string

    from beheard.web.templatetags.page import stones

    html = render_to_string("components/stones.html", stones(own=1, partner=3, partner_name="Sam"))
    third = html.split("<li")[4]
    assert re.sub(r"<[^>]+>|\s+", " ", third.split(">", 1)[1]).split() == ["Needs", "Sam"]


def test_the_curve_of_one_reading_and_of_equal_times_stays_in_its_box():
    from beheard.web.curve import HEIGHT, WIDTH, curve_points

    moment = datetime(2026, 11, 22, tzinfo=UTC)
    points = curve_points([(moment, 1), (moment, 10)])
    assert {point.x for point in points} == {WIDTH / 2}
    assert all(0 < point.y < HEIGHT for point in points)
    assert points[1].y < points[0].y
