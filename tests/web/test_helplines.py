import re
from collections import Counter
from datetime import date
from itertools import groupby

from django.template.loader import render_to_string

from beheard.web.helplines import helplines, last_checked


def test_every_line_can_be_called_and_has_a_date():
    for line in helplines():
        assert line.keys() == {"country", "name", "phone", "url", "checked_on"}
        assert re.fullmatch(r"[\d -]{3,}", line["phone"])
        assert line["url"].startswith("https://")
        assert isinstance(line["checked_on"], date)


def test_a_country_is_listed_in_one_place():
    places = Counter(country for country, _lines in groupby(helplines(), key=lambda line: line["country"]))
    assert set(places.values()) == {1}


def test_the_help_page_shows_each_number_and_says_how_old_the_list_is(rf):
    html = render_to_string("web/help_now.html", request=rf.get("/help/"))
    for line in helplines():
        assert line["phone"] in html
        assert f'href="tel:{re.sub("[ -]", "", line["phone"])}"' in html
    assert f"{last_checked():%B %Y}" in html
