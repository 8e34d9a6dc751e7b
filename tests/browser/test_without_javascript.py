"""Everything works with pages and forms alone; a reply is fetched by a link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import PHONE, SECONDS, Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

TRIES = 40


class Plain(Person):
    """A person whose browser runs no scripts."""

    def __init__(self, browser, base, name, *, shots=None):
        super().__init__(browser, base, name, shots=shots)
        self.context.close()
        self.context = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15 * SECONDS)

    def hears_back(self, replies: int) -> None:
        self._follow_until("See the reply", self.page.locator(".entry-guide:not(.entry-waiting)"), replies + 1)

    def is_heard(self) -> None:
        self.here("conversation/")
        self.press("Tell me what you have heard so far")
        self._follow_until("See whether it is here", self.page.locator("input[name=answer][value=right]"), 1)
        self.choose("answer", "right")
        self.press("Say so")
        self.press("I feel heard")

    def _follow_until(self, link: str, arrives, count: int) -> None:
        """Nothing on a page without scripts changes by itself: it has the last of what arrives, or the link to look again."""
        again = self.page.locator("main").get_by_role("link", name=link, exact=True).first
        for _try in range(TRIES):
            expect(arrives.nth(count - 1).or_(again).first).to_be_visible()
            if arrives.count() == count:
                return
            self.page.wait_for_timeout(300)
            with self.page.expect_event("load"):  # a link to where one is already would only scroll
                again.click()
        expect(arrives).to_have_count(count, timeout=1)


def test_from_sign_up_to_an_invitation_without_scripts(site, browser, shots):
    ada = Plain(browser, site.address, "Plain", shots=shots)
    ada.sign_up("ada@plain.example.org")
    ada.begin("We fought about the dishes again. I come home tired and I feel so alone with it at night.")
    ada.say("He never listens when I try to explain. I end up shouting and then I feel ashamed.", 2)
    ada.say(
        "I just want to feel that what I do is seen. I miss how we used to laugh. " * 20, 3
    )  # longer than the screen
    ada.picture("conversation")
    ada.is_heard()
    ada.is_safe()
    ada.names_the_topic("How we share the work at home")
    assert re.match(re.escape(site.address) + "/i/.+", ada.invites())

    # The quick exit needs no script either: signed out, on the way to an ordinary site.
    with ada.page.expect_response(lambda answer: answer.url.endswith("/leave")) as leaving:
        ada.page.get_by_role("button", name="Quick exit").click(no_wait_after=True)
    assert "Refresh" in leaving.value.all_headers() or "refresh" in leaving.value.all_headers()
    assert not [cookie for cookie in ada.context.cookies() if cookie["name"] == "sessionid"]
