"""What a partner can do on the pages can be done over the API, by the same actions: read from the code (tests/api/reached.py).

A new page that writes through an action no operation calls goes red here, and so does a page of any kind that is not named below.
"""

import pytest

from tests.api.reached import actions_of, actions_of_page, operations, pages

# Actions that stay on pages, and why.
ON_PAGES_ALONE = {
    "beheard.api.tokens.make": "a token that could make tokens would never end; it is made after the password, and shown once",
    "beheard.api.tokens.end_everything": "signing in and out of everything belongs to a browser, which stays signed in",
    "stages.actions.keep_unsent": "leaving a browser in a hurry; a program keeps its boxes by PUT …/drafts/",
    "stages.actions.open_first_vessel": "unsent first words in a browser; a program has its own place for them",
}
# Pages that post and do nothing that lasts, with the operation that gives the same.
LOOKS_BY_POST = {"library": "library", "similar": "similar"}
# Pages that only show, with the address of the API (GET) that shows it.
SHOWN = {
    "agreement": "agreement", "common_ground_state": "common_ground", "earlier": "messages", "ended": "session",
    "export": "decisions", "given": "given", "home": "sessions", "idea_state": "ideas", "invitation": "invitation_in",
    "letter_answer_coaching": "letter_answer", "letter_coaching": "letter_draft", "looked_at": "looked_at", "needs": "needs",
    "needs_state": "needs", "notices": "notices", "notices_count": "notices_count", "path": "way", "paused": "session",
    "private:curves": "barometer", "private:document_file": "document_file", "private:section": "section",
    "private:vessel": "vessel", "private:vessels": "sessions", "recap_state": "recap", "reply": "message",
    "safety_closed": "safety", "session": "session", "share_state": "share_words", "shared:decisions": "decisions",
    "shared:decisions_here": "decisions_here", "shared:everywhere": "sessions", "shared:shared": "shares",
    "shared:theirs": "received", "topic_state": "topic", "waiting": "waiting",
}  # fmt: skip
# Pages of fixed words, the same for everyone.
FIXED_WORDS = {
    "exercises", "gallery", "healthz", "help_now", "landing", "not_yet", "other_ways", "outbox", "privacy", "shared:pressed",
}  # fmt: skip
POSTED = [page for page in pages() if page.writes]


def by_the_api() -> set[str]:
    return set().union(*(actions_of(operation) for operation in operations()))


@pytest.mark.parametrize("page", POSTED, ids=lambda page: page.name)
def test_what_a_page_does_an_operation_does_too(page):
    acts = actions_of_page(page)
    assert acts or page.name in LOOKS_BY_POST, "a post that reaches no action: rules live in actions"
    assert acts - by_the_api() - ON_PAGES_ALONE.keys() == set()


def test_what_only_shows_is_shown_by_the_api():
    shows = {page.name for page in pages() if not page.writes}
    assert shows - SHOWN.keys() - FIXED_WORDS == set(), "name the operation that shows the same"
    gets = {operation.name for operation in operations() if operation.method == "get"}
    assert set(SHOWN.values()) - gets == set()
    posts = {operation.name for operation in operations() if operation.method == "post"}
    assert set(LOOKS_BY_POST.values()) - posts == set()


def test_the_exceptions_are_still_needed():
    by_pages = set().union(*(actions_of_page(page) for page in pages()))
    assert ON_PAGES_ALONE.keys() - by_pages == set()
    assert ON_PAGES_ALONE.keys() & by_the_api() == set()
    assert (SHOWN.keys() | FIXED_WORDS) - {page.name for page in pages()} == set()


def test_the_reading_sees_what_it_should():
    """Were it blind, everything above would be green."""
    found = {page.name: actions_of_page(page) for page in pages()}
    assert "stages.actions.say" in found["conversation"]  # through a helper of the module
    assert (
        "stages.perspective.actions.share_by_itself" in found["restate_preview"]
    )  # through a function made by a function
    assert "stages.perspective.actions.finish_letter" in found["letter"]
    assert "vessels.shared.bridge.revoke" in found["shared:take_back"]
    assert len(POSTED) > 80 and len(by_the_api()) > 100
