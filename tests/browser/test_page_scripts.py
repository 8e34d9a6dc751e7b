"""What the scripts in static/js do in a real browser. No server: every request is answered here and noted."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

SITE = "http://beheard.test"
NEUTRAL = "http://weather.test/"
STATIC = Path(settings.BASE_DIR) / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}

CONVERSATION = """{% extends "base.html" %}{% block content %}
{% include "components/waiting_reply.html" with stream_url="/stream" done_url="/done" page_url="/" %}
<form class="composer form flow" method="post" action="/say">{% csrf_token %}
<div class="field"><label for="w">Words</label>
<textarea id="w" name="w" data-draft-key="k" data-draft-url="/drafts/"></textarea>
<p data-draft-status data-saved="Kept." data-failed="Not kept yet."></p></div>
<button class="button" name="go" value="on">Send</button></form>{% endblock %}"""

CHUNK = 'id: 1\nevent: chunk\ndata: {"text": "<b>You"}\n\nid: 2\nevent: chunk\ndata: {"text": " waited."}\n\n'
DONE = "id: 3\nevent: done\ndata: {}\n\n"
ANSWER = '<article class="entry" id="answer"><p>You waited.</p></article>'


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        options = {"executable_path": chromium} if chromium else {}
        launched = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **options)
        yield launched
        launched.close()


def events(body):
    return {"content_type": "text/event-stream", "body": body}


class Site:
    """Answers every request of a browser context: pages from templates, files from static/, all else from `answers`."""

    def __init__(self):
        self.posted = []
        self.answers = {"/stream": events(CHUNK + DONE), "/done": {"content_type": "text/html", "body": ANSWER}}
        self.answers["/notices/count/"] = {"status": 204}  # what the menu asks
        self.asked = []

    def __call__(self, route):
        request = route.request
        path = urlsplit(request.url).path
        self.asked.append(path)
        if request.method == "POST":
            self.posted.append((path, request.post_data_buffer or b""))
        if request.url.startswith(NEUTRAL):
            route.fulfill(content_type="text/html", body="<p>Rain later.</p>")
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(content_type=TYPES[file.suffix], body=file.read_bytes())
        elif path in self.answers:
            route.fulfill(**self.answers[path])
        elif request.method == "POST":
            route.fulfill(status=204)
        else:
            route.fulfill(content_type="text/html", body=self.page())

    def page(self):
        request = RequestFactory().get("/")
        return engines["django"].from_string(CONVERSATION).render({}, request)

    def bodies(self, path):
        return [body.decode() for posted, body in self.posted if posted == path]


@pytest.fixture
def site(settings):
    settings.EXIT_URL = NEUTRAL
    return Site()


@pytest.fixture
def context(browser, site):
    context = browser.new_context()
    context.route("**/*", site)
    yield context
    context.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    page.goto(SITE)
    return page


# --- leaving -----------------------------------------------------------------------------------
def test_quick_exit_signs_out_and_goes_to_the_neutral_site(page, site):
    page.fill("#w", "half a sentence")
    page.click("text=Quick exit")
    page.wait_for_url(NEUTRAL)
    (body,) = site.bodies("/leave")
    assert "csrfmiddlewaretoken" in body
    assert "half a sentence" in body


def test_the_page_left_is_not_one_step_back(page):
    page.click("text=Quick exit")
    page.wait_for_url(NEUTRAL)
    page.go_back()
    assert not page.url.startswith(SITE)


def test_every_other_tab_leaves_too(context, page):
    other = context.new_page()
    other.goto(SITE)
    page.click("text=Quick exit")
    other.wait_for_url(NEUTRAL)


def test_shift_three_times_leaves(page, site):
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)
    assert len(site.bodies("/leave")) == 1


def test_two_shifts_only_say_what_a_third_would_do(page, site):
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.inner_text("[data-exit-count]") == "Press Shift once more to leave."
    assert site.bodies("/leave") == []


def test_capital_letters_are_not_a_call_for_the_exit(page, site):
    page.click("#w")
    for letter in "NOT NOW":
        page.keyboard.press(f"Shift+{letter}" if letter != " " else "Space")
    page.wait_for_timeout(200)
    assert site.bodies("/leave") == []
    assert page.input_value("#w") == "NOT NOW"


def test_three_shifts_too_far_apart_are_not_a_call(context, site):
    page = context.new_page()
    page.clock.install()
    page.goto(SITE)
    page.keyboard.press("Shift")
    page.clock.run_for(5100)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert site.bodies("/leave") == []


def test_the_exit_works_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", site)
    page = context.new_page()
    page.goto(SITE)
    page.click("text=Quick exit")
    assert "csrfmiddlewaretoken" in site.bodies("/leave")[0]
    context.close()


# --- put away ----------------------------------------------------------------------------------
def test_a_page_put_away_is_blank_until_it_is_back(page):
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.evaluate("getComputedStyle(document.body).opacity") == "0"
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: false}))")
    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"


def test_a_page_from_the_browser_s_memory_is_asked_for_again(page, site):
    before = site.asked.count("/")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert site.asked.count("/") == before + 1


# --- drafts ------------------------------------------------------------------------------------
def test_unsent_words_are_kept_every_few_seconds(page, site):
    page.fill("#w", "not yet sent")
    page.wait_for_selector("text=Kept.", timeout=6000)
    (body,) = site.bodies("/drafts/")
    kept = parse_qs(body)
    assert kept["key"] == ["k"]
    assert kept["text"] == ["not yet sent"]
    assert kept["csrfmiddlewaretoken"]


def test_words_are_kept_at_once_when_the_page_is_put_away(page, site):
    page.fill("#w", "in a hurry")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.wait_for_timeout(300)
    assert parse_qs(site.bodies("/drafts/")[0])["text"] == ["in a hurry"]


def test_a_draft_that_was_not_kept_says_so_and_is_tried_again(page, site):
    site.answers["/drafts/"] = {"status": 500}
    page.fill("#w", "still here")
    page.wait_for_selector("text=Not kept yet.", timeout=6000)
    del site.answers["/drafts/"]
    page.wait_for_selector("text=Kept.", timeout=6000)
    assert page.input_value("#w") == "still here"


def test_words_that_were_sent_are_not_kept_as_a_draft_again(page, site):
    page.fill("#w", "sent")
    page.click("text=Send")
    page.wait_for_timeout(3500)
    assert len(site.bodies("/say")) == 1
    assert site.bodies("/drafts/") == []


# --- a reply -----------------------------------------------------------------------------------
def test_a_reply_takes_the_place_of_the_waiting_entry_and_is_announced_once(page):
    page.focus("#w")
    page.wait_for_selector("#answer")
    assert page.query_selector("[data-reply]") is None
    assert page.inner_text("[data-announcer]") == "The guide has answered."
    assert page.evaluate("document.activeElement.id") == "w"


def test_chunks_are_shown_as_text_outside_live_regions(page, site, context):
    site.answers["/done"] = {"status": 204}
    page = context.new_page()
    page.goto(SITE)
    page.wait_for_selector("text=<b>You waited.")
    assert page.query_selector("[data-reply-words] b") is None
    assert page.evaluate("document.querySelector('[data-reply-words]').closest('[aria-live],[role=status]')") is None


def test_a_reply_begun_again_starts_from_nothing(site, context):
    site.answers["/stream"] = events(CHUNK + "event: restart\ndata: {}\n\n" + CHUNK + DONE)
    site.answers["/done"] = {"status": 204}
    page = context.new_page()
    page.goto(SITE)
    page.wait_for_selector("text=waited.")
    assert page.inner_text("[data-reply-words]") == "<b>You waited."


def test_without_a_stream_the_reply_is_asked_for(site, context):
    site.answers["/stream"] = {"status": 404}
    page = context.new_page()
    page.goto(SITE)
    page.wait_for_selector("#answer", timeout=8000)


def test_a_failed_reply_says_that_the_words_are_kept(site, context):
    site.answers["/stream"] = events('event: failed\ndata: {"code": "x"}\n\n')
    page = context.new_page()
    page.goto(SITE)
    page.wait_for_selector("text=Your words are kept, and the answer will come here.")


# --- forms -------------------------------------------------------------------------------------
def test_a_form_is_sent_once_with_the_value_of_its_button(page, site):
    page.fill("#w", "once")
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('[name=go]').click()")
    page.wait_for_timeout(400)
    assert len(site.bodies("/say")) == 1
    assert parse_qs(site.bodies("/say")[0])["go"] == ["on"]
    assert page.is_disabled("[name=go]")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert page.is_enabled("[name=go]")


def test_enter_makes_a_new_line(page, site):
    page.click("#w")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    assert page.input_value("#w") == "one\ntwo"
    assert site.bodies("/say") == []
