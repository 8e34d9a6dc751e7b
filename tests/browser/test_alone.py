"""The commonest case: the other person never comes. The way ends well all the same, through pages alone."""

import pytest

from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

LETTER = "I wish you had asked me how the evening was, once."
REQUEST = "Please sit with me for ten minutes after supper on Friday."


@pytest.fixture
def ada(site, browser, shots):
    """Someone who has been heard, on the page that says the next thing."""
    ada = Person(browser, site.address, "Ada", shots=shots)
    ada.sign_up("ada@alone.example.org")
    ada.begin("We fought about the dishes again. I come home tired and I feel so alone with it at night.")
    ada.say("He never listens when I try to explain. I end up shouting and then I feel ashamed.", 2)
    ada.say("I just want to feel that what I do is seen. I miss how we used to laugh.", 3)
    ada.is_heard()
    return ada


def test_who_stays_alone_reaches_a_good_ending(ada):
    ada.is_safe()
    ada.names_the_topic("How we share the work at home")
    ada.invites()

    # Nobody comes: on without signing, and a need becomes theirs.
    ada.here()
    ada.follow("Read the compact")
    ada.page.locator("main summary", has_text="Go on without signing").click()
    ada.press("Go on by myself")
    ada.follow("Look at the needs")
    ada.confirms_needs(1)
    ada.here()
    ada.follow("Going on by yourself")
    ada.picture("alone")
    ada.page.locator("main summary", has_text="What was heard").click()
    assert ada.page.locator(".letter-words").inner_text().strip()
    assert ada.page.locator("main .need").count() == 1

    # An unsent letter, one clear request, one experiment: each kept by itself, none lost by keeping another.
    ada.write("letter", LETTER)
    ada.press("Keep the letter")
    ada.write("request", REQUEST)
    ada.press("Keep the request")
    ada.page.locator("main input[name=item]").first.check(force=True)
    ada.press("I will try this")
    assert_all_is_kept(ada)

    # Enough; and later, after all, on from where they were.
    ada.page.locator("main summary", has_text="This is enough for me").click()
    ada.press("Yes, it is enough")
    ada.sees("This has come to its end")
    ada.picture("ended")
    ada.go("/home/")
    ada.sees("This has come to its end")
    ada.follow("Look back")
    ada.follow("Your letter, your request, your experiment")
    assert_all_is_kept(ada)
    ada.press("Go on after all")
    ada.does_not_see("This has come to its end")
    ada.follow("Going on by yourself")
    assert_all_is_kept(ada)


def assert_all_is_kept(ada: Person) -> None:
    assert ada.page.input_value("main [name=letter]") == LETTER
    assert ada.page.input_value("main [name=request]") == REQUEST
    assert ada.page.locator("main input[name=item]:checked").count() == 1
