"""The pages for everyone and the account pages: each renders, with its exit, its title and nothing inline."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import Client

PUBLIC = [
    "web/landing.html",
    "web/privacy.html",
    "web/help_now.html",
    "web/words_back.html",
    "403.html",
    "404.html",
    "405.html",
]
ACCOUNT = [
    "account_inactive",
    "logout",
    "password_reset_done",
    "password_reset_from_key_done",
    "signup_closed",
    "verification_sent",
    "verified_email_required",
]
PAGES = PUBLIC + [f"account/{name}.html" for name in ACCOUNT]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_its_exit_its_title_and_nothing_inline(name, rf):
    html = render_to_string(name, {"written": ["Some words."], "came_from": "/"}, request=rf.get("/"))
    assert 'data-exit="https://' in html
    assert "<title>BeHeard</title>" in html
    assert len(re.findall(r"<h1", html)) == 1
    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html) == []


def test_the_page_for_a_failed_server_needs_nothing_but_itself():
    html = get_template("500.html").render()
    assert 'class="exit"' in html
    assert "Something went wrong" in html


@pytest.mark.parametrize("chosen,attribute", [("dark", ' data-theme="dark"'), ("", ""), ('"><b>', "")])
def test_the_chosen_theme_is_one_of_two(rf, chosen, attribute):
    request = rf.get("/")
    request.COOKIES["theme"] = chosen
    html = render_to_string("404.html", request=request)
    assert re.search(r"<html[^>]*>", html)[0] == f'<html lang="en-gb" dir="ltr"{attribute}>'


@pytest.mark.django_db
def test_a_page_that_is_not_here_has_the_menu_for_who_is_signed_in_and_for_nobody_else():
    nobody = Client().get("/no-such-page/")
    assert nobody.status_code == 404 and 'class="menu' not in nobody.content.decode()
    someone = Client()
    someone.cookies[settings.SESSION_COOKIE_NAME] = "anything"
    assert 'class="menu' in someone.get("/no-such-page/").content.decode()
