"""Other ways than agreement: seen differently, an invitation declined, a rest in mid-conversation. A phone and a desktop."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import DESK, PHONE, Person
from tests.browser.test_check_in import both
from tests.browser.test_contribution import beside_a_browser, browsing  # noqa: F401
from tests.couple import ADA, BEN, Couple

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def test_other_ways_than_agreement(site, browser, shots, superuser_connection, subtests):
    """Each with a couple of its own, on one site."""
    for way in (seen_differently, invitation_declined, rest_in_mid_conversation):
        with subtests.test(way.__name__):
            way(site, browser, shots, superuser_connection)


def shown(person: Person) -> str:
    """What the page says here, without the token that is another one each time, and what a picture leaves behind."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b| style=\"\"", "", person.page.locator("main").inner_html())


def seen_differently(site, browser, shots, _database):
    """ "We see this differently" closes the letters as well as understanding does, and stays private."""
    couple = Couple().until("letters")
    ada, ben = both(browser, site, couple, shots)
    ben.reads_the_letter("Ada wrote this.")
    ben.here("letter/answer/")
    ben.picture("where-does-this-leave-you")
    before = shown(ben)
    ada.here()
    ada.follow("Go to the letter")
    ada.press("Open the letter")
    ada.sees("Ben wrote this.")
    ada.follow("What landed?")
    ada.press("We see this differently")
    ada.here()
    ada.sees("What matters underneath")
    ada.here("letter/answer/")
    ada.sees("You said: we see this differently.")
    ada.picture("seen-differently")

    # Not a word of it on the other side, who answers as they like; both go on to what matters underneath.
    ben.here("letter/answer/")
    assert shown(ben) == before
    ben.press("I feel understood enough")
    ben.here("letter/answer/")
    ben.does_not_see("You said: we see this differently.")
    for person in (ada, ben):
        person.here()
        person.follow("Look at the needs")
        person.sees("What matters underneath")


def invitation_declined(site, browser, shots, database):
    """The inviter sees an invitation that runs out, never that it was declined."""
    couple = Couple().until("heard")
    ada = browsing(browser, site, couple.actors[ADA], ADA, couple.session_id, viewport=PHONE, shots=shots)
    ada.names_the_topic("How we share the work at home")
    link = ada.invites()
    ada.here("invite/")
    before = shown(ada)

    ben = Person(browser, site.address, BEN, viewport=DESK, shots=shots)
    ben.go(link)
    ben.sees("How we share the work at home")
    ben.does_not_see("dishes")
    ben.picture("invited")
    ben.page.locator("main summary", has_text="I would rather not").click()
    ben.press("I would rather not")
    ben.sees("Nobody is told.")
    ben.picture("declined")
    ada.here("invite/")
    assert shown(ada) == before

    database.execute("UPDATE people_invitation SET expires_at = now()")
    ada.here()
    ada.follow("Write an invitation")
    ada.sees("The last invitation has run out.")
    ada.does_not_see("declined", "refused", "turned down")
    ada.picture("run-out")
    ada.press("Make a new link")
    ben.go(link)
    ben.sees("This invitation is no longer open")


def rest_in_mid_conversation(site, browser, shots, _database):
    """One rests, without a reason, while the other writes; it goes on when both are quietly ready."""
    couple = Couple().until("signed")
    ada, ben = both(browser, site, couple, shots)
    ada.here("conversation/")
    ada.write("words", "There is one more thing.")
    ben.here()
    ben.page.locator("main summary", has_text="Rest for a while").click()
    ben.press("Yes, rest")
    ben.follow("Have a look")
    ben.sees("No reason is asked, and none is shown.")
    ben.picture("resting")
    before = shown(ben)

    # One's own conversation goes on, with what was being written; what is for both does not.
    answered = ada.page.locator(".entry-guide:not(.entry-waiting):not([data-reply-state])")
    replies = answered.count()
    ada.press("Tell the guide")
    expect(answered).to_have_count(replies + 1)
    ada.here("letter/")
    ada.sees("This is resting")
    ada.follow("Have a look")
    ada.press("I am ready when they are")
    ada.follow("Have a look")
    ada.sees("You have said that you are ready.")
    ada.picture("ready")

    ben.here("resting/")
    assert shown(ben) == before
    ben.press("I am ready when they are")
    for person in (ada, ben):
        person.here()
        person.follow("Begin a letter")
        person.sees("Imagine the other side")
