"""Who was signed out while they wrote gets their words back, and the way to their page."""

from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.couple import ADA, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db
WORDS = 'She said "fine" and <b>left</b>.\nI stood there with the plates.'


@pytest.fixture
def page():
    return url(Couple().until("began"), "conversation")


def write(client, page, words=WORDS, **headers):
    return client.post(
        page, {"words": words, "key": str(uuid4())}, headers={"Referer": f"http://testserver{page}"} | headers
    )


def test_signed_out_while_writing(page):
    answer = write(Client(), page)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert WORDS in unescape(html) and "<b>left" not in html
    assert f'href="{reverse("account_login")}?next={page.replace("/", "%2F")}"' in html
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_form_from_before_signing_in_again():
    couple = Couple().until("began")
    page, strict = url(couple, "conversation"), Client(enforce_csrf_checks=True)
    strict.cookies = browser(couple, ADA).cookies
    answer = write(strict, page)
    html = answer.content.decode()
    assert answer.status_code == 403 and WORDS in unescape(html)
    assert strict.get(reverse("account_login"), {"next": page}).url == page


def test_nothing_of_what_another_site_made_the_browser_send(page):
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Referer": "http://elsewhere.example/x"}
    assert write(Client(), page, **elsewhere).url == f"{reverse('account_login')}?next=/"
    stale = write(Client(enforce_csrf_checks=True), page, **elsewhere).content.decode()
    assert "plates" not in stale and "<textarea" not in stale and "elsewhere" not in stale and "next=%2F" in stale


def test_a_press_leads_to_signing_in_and_back_to_its_page(page):
    answer = Client().post(page, {"key": str(uuid4())}, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code == 302 and answer.url == f"{reverse('account_login')}?next={page}"


def test_no_password_is_shown():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": "ada@example.org", "password": "being heard takes time"})
    assert answer.status_code == 403 and "being heard" not in answer.content.decode()


def test_a_page_leads_to_signing_in(page):
    answer = Client().get(page)
    assert answer.status_code == 302 and answer.url == f"{reverse('account_login')}?next={page}"
