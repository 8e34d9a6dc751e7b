"""An address that only takes presses, typed or opened again from the history: a page that says so, the same whosever it is."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.api.caller import caller
from tests.couple import ADA, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


def test_it_says_so_and_leads_back_and_tells_nothing_of_what_is_there():
    couple = Couple().until("began")
    ada = browser(couple, ADA)
    own, absent = url(couple, "resume"), reverse("resume", args=[uuid4()])
    answers = [ada.get(address) for address in (own, absent)]
    assert [answer.status_code for answer in answers] == [405, 405]
    assert {answer.headers["Allow"] for answer in answers} == {"POST"}
    seen = [re.sub(r"csrf\w+\W+value=\W\w+", "", answer.content.decode()) for answer in answers]
    assert "Nothing was changed" in seen[0] and 'href="/"' in seen[0]
    assert seen[0].replace(own, "") == seen[1].replace(absent, "")


def test_the_api_says_it_in_its_own_way():
    answer = caller(Couple().until("began"), ADA).get("similar/")
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
