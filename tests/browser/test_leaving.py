"""Leaving fast, and what is left behind: nothing on the screen, nothing in the browser, and no words lost."""

import re
from time import monotonic
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.person import A_REPLY, PASSWORD, SECONDS, Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

SAID = "We fought about the dishes again. I come home tired and I feel so alone with it at night."
UNSENT = "There is one more thing I did not dare to say."
PAGES = [
    *(
        "",
        "conversation/",
        "barometer/",
        "exercises/",
        "exercises/breathing/",
        "recap/",
        "safety/",
        "topic/",
        "invite/",
    ),
    *("compact/", "letter/", "needs/", "needs/add/", "alone/", "waiting/", "vessel/", "shared/", "decisions/"),
    *("/home/", "/vessel/", "/curve/", "/shared/", "/decisions/", "/help/", "/privacy/", "/account/logout/"),
]
OPEN_TO_AUTOCOMPLETE = """() => [...document.querySelectorAll("main textarea, main input")]
  .filter((box) => !["hidden", "radio", "checkbox", "submit"].includes(box.type))
  .filter((box) => (box.getAttribute("autocomplete") ?? box.form?.getAttribute("autocomplete")) !== "off")
  .map((box) => box.name)"""

ON_LEAVING = """document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const { childNodes } = document.body;
  window.leaves({ left: childNodes.length, title: document.title, seen: getComputedStyle(document.documentElement).visibility });
}).observe(document.documentElement, { attributes: true, attributeFilter: ["data-left"] }))"""


@pytest.fixture
def ada(site, browser, shots):
    """Someone with one answered message, on the page of her conversation."""
    ada = Person(browser, site.address, "Ada", shots=shots)
    ada.email = "ada@leaving.example.org"
    ada.sign_up(ada.email)
    ada.begin(SAID)
    return ada


def press_the_button(page) -> None:
    page.get_by_role("button", name="Quick exit").click(no_wait_after=True)


def press_shift_three_times(page) -> None:
    for _time in range(3):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [press_the_button, press_shift_three_times])
def test_leaving_fast_leaves_nothing_on_the_screen_and_loses_no_words(ada, leave):
    screens = []
    ada.context.expose_function("leaves", lambda screen: screens.append(screen))
    ada.context.add_init_script(ON_LEAVING)
    other_tab = ada.context.new_page()
    other_tab.goto(ada.base + ada.session_url)
    page = ada.page
    ada.here("conversation/")
    page.bring_to_front()
    page.fill("main [name=words]", UNSENT)

    leave(page)
    for tab in (page, other_tab):
        tab.wait_for_url("**/help/")
    assert len(screens) >= 2
    assert all(screen == {"left": 0, "title": "", "seen": "hidden"} for screen in screens)
    is_signed_out(ada)

    page.go_back()
    assert SAID not in page.content()
    assert UNSENT not in page.content()
    ada.here("conversation/")
    assert urlsplit(page.url).path == "/account/login/"

    sign_in(ada)
    ada.here("conversation/")
    assert page.input_value("main [name=words]") == UNSENT


def is_signed_out(person: Person) -> None:
    """The page goes at once and the sign-out travels beside it, so on a busy machine the next page may be there first."""
    deadline = monotonic() + 10
    while "sid" in {cookie["name"] for cookie in person.context.cookies()}:
        assert monotonic() < deadline, "still signed in"
        person.page.wait_for_timeout(50)


def sign_in(person: Person) -> None:
    person.go("/account/login/")
    person.write("login", person.email)
    person.write("password", PASSWORD)
    person.leave_by(person.page.locator("main button[type=submit]").first)
    person.page.wait_for_url(re.compile(r"/s/|/begin/|/home/"))


def test_pages_are_not_kept_and_say_nothing_in_their_titles(ada):
    kept = []

    def note(response):
        ours = response.url.startswith(ada.base) and "/static/" not in response.url
        if ours and "no-store" not in response.headers.get("cache-control", ""):
            kept.append(urlsplit(response.url).path)

    ada.context.on("response", note)
    ada.say("He never listens when I try to explain.", 2)
    for path in PAGES:
        ada.go(path if path.startswith("/") else ada.session_url + path)
        assert ada.page.title() == "BeHeard", path
        assert ada.page.evaluate(OPEN_TO_AUTOCOMPLETE) == [], path
        assert "reauthenticate" not in ada.page.url, "who has just signed up is asked for the password again"
    assert kept == []


def test_closing_the_browser_or_losing_the_line_loses_nothing(ada):
    # Unsent words are kept within seconds; the tab is closed, and another has them.
    ada.page.fill("main [name=words]", UNSENT)
    expect(ada.page.locator("[data-draft-status]").first).to_contain_text("Kept", timeout=A_REPLY)
    another_tab(ada)
    ada.here("conversation/")
    assert ada.page.input_value("main [name=words]") == UNSENT

    # The tab is closed while the guide writes.
    ada.press("Tell the guide")
    another_tab(ada)
    ada.here("conversation/")
    ada.hears_back(2)
    ada.sees(UNSENT)

    # The line is lost while the guide writes; the page finds its way by itself.
    ada.write("words", "And then I went to bed.")
    ada.press("Tell the guide")
    ada.context.set_offline(True)
    ada.page.wait_for_timeout(1 * SECONDS)
    ada.context.set_offline(False)
    ada.hears_back(3)


def another_tab(person: Person) -> None:
    closed, person.page = person.page, person.context.new_page()
    closed.close()
