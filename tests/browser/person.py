"""A person at a browser: what the journey's tests do with a page, in the words of the page."""

import re
from itertools import count
from pathlib import Path

from playwright.sync_api import Error, Page, expect

PASSWORD = "correct horse battery"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SECONDS = 1000  # Playwright counts in milliseconds
A_REPLY = 20 * SECONDS


class Person:
    """One page in a context of its own. `shots` is a folder for pictures of every page, or None."""

    def __init__(self, browser, base: str, name: str, *, viewport=PHONE, shots: Path | None = None):
        self.base, self.name, self.shots = base, name, shots
        self.context = browser.new_context(viewport=viewport, locale="en-GB")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15 * SECONDS)
        self._count = count(1)
        self.session_url = ""

    # --- anywhere
    def go(self, path: str) -> None:
        address = self.base + path if path.startswith("/") else path
        try:
            self.page.goto(address)
        except Error as trouble:
            if "interrupted by another navigation" not in str(trouble):
                raise
            self.page.wait_for_load_state()  # what was pressed just now is still on its way
            self.page.goto(address)

    def here(self, path: str = "") -> None:
        """A page of this person's session."""
        self.go(self.session_url + path)

    def press(self, label: str) -> None:
        self.leave_by(self.page.locator("main").get_by_role("button", name=label, exact=True).first)

    def follow(self, label: str) -> None:
        self.leave_by(self.page.locator("main").get_by_role("link", name=label, exact=True).first)

    def leave_by(self, way) -> None:
        """Until the next page is there. A click may end before that; what is read then is still of this one."""
        with self.page.expect_event("load"):
            way.click()

    def sees(self, text: str, *, within: float = 15 * SECONDS) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=within)

    def does_not_see(self, *texts: str) -> None:
        content = self.page.content()
        for text in texts:
            assert text not in content, "something private is on this page"

    def write(self, name: str, text: str) -> None:
        self.page.fill(f"main [name={name}]", text)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"main input[name={name}][value={value}]").check(force=True)

    def picture(self, name: str) -> None:
        if self.shots:
            self.shots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.shots / f"{self.name}-{next(self._count):02d}-{name}.png", full_page=True)

    # --- accounts
    def sign_up(self, email: str, *, next_path: str = "/account/signup/") -> None:
        self.go(next_path)
        self.write("email", email)
        self.write("password1", PASSWORD)
        self.write("name", self.name)
        self.picture("sign-up")
        self.leave_by(self.page.locator("main button[type=submit]").first)

    # --- Stage 0 and 1
    def begin(self, words: str) -> None:
        self.write("words", words)
        self.picture("first-words")
        self.press("Tell the guide")
        self.session_url = re.match(r".*(/s/[0-9a-f-]+/)", self.page.url).group(1)
        self.hears_back(1)

    def say(self, words: str, replies: int) -> None:
        self.here("conversation/")
        self.write("words", words)
        self.press("Tell the guide")
        self.hears_back(replies)
        # Without scrolling: the end of their own words, and below it the answer.
        expect(self.page.locator(".entry-person .entry-words").last).to_be_in_viewport()
        expect(self.page.locator(".entry-guide .entry-words").last).to_be_in_viewport()

    def hears_back(self, replies: int) -> None:
        """The guide's answers so far, streamed and settled; the opening is one more entry."""
        answered = self.page.locator(".entry-guide:not(.entry-waiting):not([data-reply-state])")
        expect(answered).to_have_count(replies + 1, timeout=A_REPLY)

    def is_heard(self) -> None:
        self.here("conversation/")
        self.press("Tell me what you have heard so far")
        expect(self.page.locator("input[name=answer][value=right]")).to_be_attached(timeout=A_REPLY)
        self.picture("recap")
        self.choose("answer", "right")
        self.press("Say so")
        self.picture("heard")
        self.press("I feel heard")

    def is_safe(self) -> None:
        self.here("safety/")
        for question in ("afraid", "hurt", "threat", "control", "watched", "forced"):
            self.choose(question, "no")
        self.picture("safety")
        self.press("Continue")

    def names_the_topic(self, words: str) -> None:
        self.here("topic/")
        self.write("topic", words)
        self.picture("topic")
        self.press("Yes, exactly these words")

    def invites(self) -> str:
        self.here("invite/")
        self.press("Make the invitation")
        self.picture("invitation")
        return self.page.locator("main .card-next a[href*='/i/']").get_attribute("href")

    def signs(self) -> None:
        self.here("compact/")
        self.page.locator("main input[name=agree]").check(force=True)
        self.picture("compact")
        self.press("Sign")

    # --- Stage 2
    def writes_a_letter(self, guess: str, want_known: str = "") -> None:
        self.here("letter/")
        self.write("guess", guess)
        self.write("want_known", want_known)
        self.picture("letter")
        self.press("This is ready")
        self.picture("letter-preview")
        self.press("Share exactly these words")

    def reads_the_letter(self, expected: str, to_add: str = "") -> None:
        self.here("letter/open/")
        self.picture("sealed")
        self.press("Open the letter")
        self.sees(expected)
        self.here("letter/answer/")
        self.page.locator("main input[name=landed]").first.check(force=True)
        self.write("to_add", to_add)
        self.picture("what-landed")
        if to_add:
            self.press("I would like to send it")
            self.picture("added-preview")
            self.press("Share exactly these words")
            self.here("letter/answer/")

    # --- Stage 3
    def confirms_needs(self, number: int) -> None:
        """The guide's first needs are theirs."""
        self.here("needs/")
        for _each in range(number):
            button = self.page.locator("main").get_by_role("button", name="Yes, this is mine")
            expect(button.first).to_be_visible(timeout=A_REPLY)
            self.picture("a-need")
            self.leave_by(button.first)

    def names_a_need(self, need: str) -> None:
        self.here("needs/add/")
        self.page.locator("main [name=need]").select_option(need)
        self.picture("add-need")
        self.press("Add it")

    def shares_needs(self, number: int) -> None:
        for _each in range(number):
            self.here("needs/")
            self.press("Share this one?")
            self.picture("share-need")
            self.press("Share these words")

    def has_chosen(self) -> None:
        self.here("needs/")
        self.picture("needs")
        self.press("I have chosen")

    def notices(self, text: str) -> None:
        self.here("side-by-side/")
        self.picture("side-by-side")
        self.page.locator("main textarea").first.fill(text)
        self.press("Go on")

    # --- Stage 4
    def has_an_idea(self, idea: str, plain: str) -> None:
        self.here("ideas/")
        self.picture("ideas")
        self.follow("Write an idea")
        self.write("idea", idea)
        self.write("duration_days", "7")
        self.picture("idea")
        self.press("Continue")
        self.write("plain", plain)
        self.picture("plain")
        self.press("These words are right")
        self.picture("idea-preview")
        self.press("Share exactly these words")

    def is_ready_for_the_pool(self) -> None:
        self.here("ideas/")
        self.press("I am ready for the pool")

    def sorts(self, gladly: str) -> None:
        """One idea gladly, the rest not now."""
        self.here("piles/")
        for group in self.page.locator("main fieldset").all():
            pile = "GLADLY" if gladly in group.inner_text() else "NOT_NOW"
            group.locator(f"input[value={pile}]").check(force=True)
        self.picture("piles")
        self.press("This is how I sort them")

    def waits_for_the_pool(self) -> None:
        """The joint actor puts it together in a worker; the page says so until it is there."""
        for _try in range(40):
            self.here("piles/")
            if self.page.url.endswith("/piles/"):
                return
            self.page.wait_for_timeout(500)
        raise AssertionError("the pool did not come")

    def answers_common(self, *, yes: bool) -> None:
        self.here("common-ground/")
        answers = self.page.locator(f"main input[value={'yes' if yes else 'no'}]")
        expect(answers.first).to_be_attached(timeout=A_REPLY)
        for answer in answers.all():
            answer.check(force=True)
        self.picture("may-be-common")
        self.press("Say so")
