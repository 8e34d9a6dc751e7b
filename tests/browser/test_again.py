"""Once more: another round of letters by wish; and, after both have closed, something new with the same person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stages.ending import actions as ending
from stages.perspective import actions, queries
from stages.repair import check_ins
from stages.repair.queries import agreed
from tests.browser.person import DESK, PHONE
from tests.browser.test_contribution import beside_a_browser, browsing  # noqa: F401
from tests.couple import ADA, BEN, Couple
from vessels.shared import bridge

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def both(browser, site, couple, shots):
    return [
        browsing(browser, site, couple.actors[name], name, couple.session_id, viewport=viewport, shots=shots)
        for name, viewport in ((ADA, PHONE), (BEN, DESK))
    ]


def adds(couple, name, words):
    """One thing to add, sent; its cooling-off lies behind."""
    earlier = timezone.now() - timedelta(hours=1)
    with couple.acting(name) as place:
        letter = queries.received(place).latest
        answer = actions.keep_answer(place=place, letter_id=letter.pk, landed=[0], to_add=words, now=earlier)
        content = actions.offer_added(place=place, answer=answer, now=earlier)
        actions.share_by_itself(place=place, content_id=content.pk, digest=bridge.digest(content), now=earlier)


def test_another_round_of_letters_by_wish(site, browser, shots):
    couple = Couple().until("letters")
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            actions.open_letter(place=place, now=timezone.now())
    ada, ben = both(browser, site, couple, shots)
    for number in (1, 2):
        adds(couple, ADA, f"It is the mornings, time {number}.")
        ben.here("letter/")
        ben.sees(f"time {number}")
        ben.picture(f"letters-{number}")
        ben.follow("Write again")
        ben.picture(f"again-{number}")
        ben.write("guess", f"Now I see, round {number}.")
        ben.press("Show me the exact words")
        ben.press("Share exactly these words")
        ada.here("letter/answer/")
        ada.sees("Ben has written once more")
        ada.sees(f"round {number}.")
        ada.picture(f"answer-{number}")
    ada.press("We see this differently")
    ada.here()
    ada.does_not_see("What landed")


def test_something_new_with_the_same_person(site, browser, shots):
    couple = Couple().until("agreed")
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            said = {"happened": "YES", "helped": "A_LITTLE", "in_the_way": f"Private of {name}"}
            check_ins.check_in(place=place, agreement_id=agreed(place).pk, now=timezone.now(), **said)
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            ending.close(place=place, unmet="", commitment="", now=timezone.now())
    ada, ben = both(browser, site, couple, shots)
    ada.here("ended/")
    ada.picture("ended")
    ada.follow("Begin something new with Ben")
    ada.sees("We drink tea together after work.")
    ada.write("words", "Now it is about the holidays.")
    ada.picture("begin-again")
    ada.press("Tell the guide")
    ada.sees("From before")
    ada.picture("conversation")
    ben.go("/home/")
    ben.does_not_see("holidays")
    ben.picture("home")
    ben.follow("Have a look")
    ben.sees("Ada would like to begin something new with you")
    ben.picture("sit-down")
    ben.press("Come in")
    ben.sees("We drink tea together after work.")
    ben.does_not_see("holidays", "Private of Ada")
    for person in (ada, ben):
        person.go("/settings/")
        person.picture("settings")
        person.page.locator("main [name=text_size]").select_option("larger")
        person.press("Keep this")
        assert person.page.locator("html").get_attribute("data-text-size") == "larger"
        person.picture("settings-larger")
        person.go("/no-such-page/")
        person.picture("not-here")
        person.here("exercises/break/")
        person.picture("break")
