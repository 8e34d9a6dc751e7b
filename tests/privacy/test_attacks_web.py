"""Someone outside, someone at the same device after signing out, and a superuser in the admin."""

import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from beheard.people.models import User
from beheard.rls import no_actor
from tests.couple import ADA, BEN, Couple
from tests.privacy.test_no_difference import addresses

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough passphrase 7"
TOKENS = re.compile(rb'value="[A-Za-z0-9]{64}"|X-CSRFToken": "[^"]*"|nonce="[^"]*"')


@pytest.fixture(autouse=True)
def no_attempts_counted():
    cache.clear()


@pytest.fixture
def couple():
    return Couple().until("joined")


def account(email: str, **fields) -> User:
    with no_actor():
        user = User.objects.create_user(email, PASSWORD, **fields)
        user.emailaddress_set.create(email=email, verified=True, primary=True)
        return user


def sign_in(browser: Client, email: str, password: str = PASSWORD, **also):
    return browser.post(reverse("account_login"), {"login": email, "password": password, **also})


def is_signed_in(browser: Client) -> bool:
    return browser.get("/home/").status_code == 200 or "/begin" in browser.get("/home/").headers.get("Location", "")


# --- someone outside -------------------------------------------------------------------------------
def every_address(patterns=None, prefix="") -> list[str]:
    """Each address of the site, with an id or a token of nobody's in it."""
    found = []
    for pattern in patterns or get_resolver().url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not path.startswith("admin"):
                found += every_address(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            found.append("/" + re.sub(r"<(\w+):\w+>", _of_nobody, path).replace("^", "").replace("$", ""))
    return [path for path in found if "(" not in path]


def _of_nobody(match) -> str:
    return {"uuid": str(uuid4()), "int": "1"}.get(match[1], "x")


def test_no_post_is_taken_without_the_token_of_this_site(couple):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(couple.user(ADA))
    addresses_taken = [
        path
        for path in every_address()
        if browser.post(path, {"words": "x"}).status_code
        not in ((401, 404, 405) if path.startswith("/api/") else (403, 405))
    ]
    assert addresses_taken == ["/leave"]  # signing out only: stages/home/views.py says why


def test_without_signing_in_only_public_pages_are_there():
    opened = [path for path in every_address() if Client().get(path).status_code == 200]
    public = ("/account/", "/privacy/", "/help/", "/healthz", "/outbox/", "/gallery/", "/api/v1/schema/")
    assert [path for path in opened if path != "/" and not path.startswith(public)] == []


def test_pages_of_others_are_not_there_whoever_asks(couple):
    eve = Client()
    eve.force_login(account("eve@example.org", is_staff=True, is_superuser=True))
    for route, address in addresses(couple.session_id):
        if str(couple.session_id) in address:
            nobodys = eve.get(address.replace(str(couple.session_id), str(uuid4())))
            theirs = eve.get(address)
            assert (theirs.status_code, nobodys.status_code) in ((404, 404), (405, 405)), route


def test_every_page_forbids_frames_foreign_scripts_and_caches(couple):
    browser = Client()
    browser.force_login(couple.user(ADA))
    for _route, address in addresses(couple.session_id):
        page = browser.get(address)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, address
        assert page.headers["X-Frame-Options"] == "DENY" and "no-store" in page.headers["Cache-Control"], address
        if page.status_code == 200 and b"<title" in page.content:
            assert re.search(rb"<title>\s*BeHeard\s*</title>", page.content), address
            assert not re.search(rb"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=\"|\sstyle=\"", page.content), address


def test_making_accounts_is_slowed_down():
    form = {"email": "here@example.org", "password1": "another passphrase 88", "name": "X"}
    answers = [Client().post(reverse("account_signup"), form).status_code for _guess in range(25)]
    assert answers[-1] == 429


def test_resetting_a_password_does_not_tell_who_is_here():
    account("here@example.org")

    def outcome(email):
        page = Client().post(reverse("account_reset_password"), {"email": email})
        return (
            page.status_code,
            page.headers.get("Location"),
            TOKENS.sub(b"", page.content).replace(email.encode(), b""),
        )

    assert outcome("here@example.org") == outcome("nobody@example.org")


def test_guessing_passwords_is_slowed_down():
    account("here@example.org")
    for number in range(12):
        sign_in(Client(), "here@example.org", f"wrong guess {number}")
    last = Client()
    sign_in(last, "here@example.org")
    assert not is_signed_in(last)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(elsewhere):
    account("here@example.org")
    answer = sign_in(Client(), "here@example.org", next=elsewhere)
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"] and "javascript" not in answer.headers["Location"]


def test_a_link_in_a_mail_is_of_this_site_whatever_host_was_asked_for():
    account("here@example.org")
    Client().post(reverse("account_reset_password"), {"email": "here@example.org"}, headers={"host": "evil.example"})
    assert not any("evil.example" in message.body for message in mail.outbox)


def test_a_sign_in_session_from_before_signing_in_is_worth_nothing_after_it():
    account("here@example.org")
    browser = Client()
    browser.get(reverse("account_login"))
    planted = browser.session
    planted.save()
    browser.cookies["sid"] = planted.session_key
    sign_in(browser, "here@example.org")
    assert is_signed_in(browser)
    other = Client()
    other.cookies["sid"] = planted.session_key
    assert not is_signed_in(other)


def test_links_of_invitations_are_in_no_page_of_the_session(couple):
    for name in (ADA, BEN):
        browser = Client()
        browser.force_login(couple.user(name))
        for route, address in addresses(couple.session_id):
            assert couple.token.encode() not in browser.get(address).content, route


# --- the same device, afterwards -------------------------------------------------------------------
@pytest.mark.parametrize("way", ["/leave", "/account/logout/"])
def test_the_cookie_of_who_left_opens_nothing(couple, way):
    browser = Client()
    browser.force_login(couple.user(ADA))
    kept = browser.cookies["sid"].value
    left = browser.post(way)
    if way == "/leave":
        assert '"cookies"' in left.headers["Clear-Site-Data"] and '"cache"' in left.headers["Clear-Site-Data"]
        assert left.content == b""
    afterwards = Client()
    afterwards.cookies["sid"] = kept
    for _route, address in addresses(couple.session_id):
        if str(couple.session_id) in address:
            assert afterwards.get(address).status_code in (302, 401, 404, 405), address


def test_leaving_works_with_a_stale_token_and_twice(couple):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(couple.user(ADA))
    assert [browser.post("/leave").status_code for _twice in range(2)] == [200, 200]


def test_nobody_stays_signed_in_because_words_could_not_be_kept(couple, monkeypatch, caplog):
    def out_of_order(**_words):
        raise DatabaseError("UNSENT-canary")

    monkeypatch.setattr("stages.actions.keep_unsent", out_of_order)
    browser = Client()
    browser.force_login(couple.user(ADA))
    assert browser.post("/leave", {"draft_key": "x", "draft_text": "UNSENT-canary"}).status_code == 200
    assert browser.get("/home/").status_code == 302
    assert "not kept" in caplog.text
    assert "UNSENT-canary" not in caplog.text


def test_boxes_for_private_words_are_not_remembered_by_the_browser(couple):
    browser = Client()
    browser.force_login(couple.user(ADA))
    for route, address in addresses(couple.session_id):
        for box in re.findall(rb"<textarea[^>]*>", browser.get(address).content):
            assert b'autocomplete="off"' in box, (route, box)


# --- staff -----------------------------------------------------------------------------------------
def test_the_admin_has_no_page_for_anything_private():
    assert {model._meta.label for model in admin.site._registry} <= {
        "library.GlobalLibraryItem",
        "auth.Group",
        "people.User",
        "consent.ConsentRecord",
        "consent.ConsentEvent",
        "account.EmailAddress",
        "consent.AuditLook",  # who looked at what kind of page, when
        "library.ContributionReview",  # words given to the library, their giver not among them
        "stages.ContextLog",  # for auditors, as their role: kinds, times and stages
    }
