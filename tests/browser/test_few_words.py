"""Someone for whom words are hard: chips, half a sentence, a breath, other ways. On a phone, with and without motion."""

import pytest

from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def test_few_words_are_enough(site, browser, shots):
    ada = Person(browser, site.address, "Ada", shots=shots)
    ada.sign_up("ada@words.example.org")
    ada.begin("He was late.")
    ada.here("conversation/")
    ada.picture("little")
    ada.page.locator(".chip", has_text="tired").click()
    ada.press("What hurt most was…")
    assert ada.page.locator("main textarea").input_value() == "I feel tired.\n\nWhat hurt most was "
    ada.page.locator("main textarea").press_sequentially("that nobody asked")
    ada.press("Tell the guide")
    ada.sees("I feel tired.")
    ada.here("heard/not-yet/")
    ada.picture("not-yet")
    ada.here("heard/other-ways/")
    ada.picture("other-ways")
    ada.here("exercises/grounding/")
    ada.picture("grounding")

    ada.here("exercises/breathing/")
    ada.picture("breathing")
    moving = "document.getAnimations().filter(one => one.animationName?.startsWith('breath')).length"
    assert ada.page.evaluate(moving) == 4
    ada.page.emulate_media(reduced_motion="reduce")
    assert ada.page.evaluate(moving) == 0 and not ada.page.locator(".breath").is_visible()
