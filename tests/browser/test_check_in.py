"""Nothing in common, then a kind end without agreement; and a check-in a month later. In real browsers, a phone and a desktop."""

import pytest

from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door_value
from tests.browser.person import DESK, PHONE
from tests.browser.test_contribution import beside_a_browser, browsing  # noqa: F401
from tests.couple import ADA, BEN, Couple
from tests.stages.repair.test_check_ins import days_pass

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def both(browser, site, couple, shots):
    return [
        browsing(browser, site, couple.actors[name], name, couple.session_id, viewport=viewport, shots=shots)
        for name, viewport in ((ADA, PHONE), (BEN, DESK))
    ]


def test_nothing_in_common_then_closure_without_agreement(site, browser, shots):
    couple = Couple().until("pool")
    couple.sort(ADA, "GLADLY")
    couple.sort(BEN, "NOT_NOW")
    ada, ben = both(browser, site, couple, shots)
    for person in (ada, ben):
        person.here("both/")
        person.sees("Nothing is in both piles")
        person.picture("nothing-in-both")
        person.here("closing/")
        person.page.locator("main input[name=needs]").first.check(force=True)
        person.write("commitment", f"I come home on time, {person.name}.")
        person.picture("closing")
        person.press("Close on my side")
    for person, other in ((ada, "Ben"), (ben, "Ada")):
        person.here("ended/")
        person.sees("To be seen")
        person.sees(f"I come home on time, {person.name}.")
        person.does_not_see(f"on time, {other}")
        person.picture("ended")


def test_a_check_in_a_month_later_and_on_with_it(site, browser, shots, superuser_connection):
    couple = Couple().until("agreed")
    ada, ben = both(browser, site, couple, shots)
    ada.here()
    ada.does_not_see("Say how it went")
    days_pass(superuser_connection, couple, 30)
    with transaction_as(Actor.system()):
        door_value("sweep_check_ins")
    superuser_connection.execute("UPDATE stages_notification SET due_at = due_at - interval '1 day'")
    ada.go("/notices/")
    ada.sees("You wanted to look again")
    ada.here()
    ada.follow("Say how it went")
    ada.choose("happened", "PARTLY")
    ada.choose("helped", "YES")
    ada.write("in_the_way", "The late shift.")
    ada.picture("check-in")
    ada.press("Keep my answer")
    ada.sees("It shows to you both when both have answered.")
    ada.picture("check-in-waiting")
    ben.here("check-in/")
    ben.does_not_see("in part", "late shift")
    ben.choose("happened", "YES")
    ben.choose("helped", "A_LITTLE")
    ben.press("Keep my answer")
    ben.sees("It happened in part; it helped.")
    ben.does_not_see("late shift")
    ben.picture("what-next")
    ben.follow("For longer")
    ben.write("duration_days", "28")
    ben.picture("for-longer")
    ben.press("Put this on the table")
    ada.here("next/")
    ada.sees("28 days")
    ada.picture("what-next")
    ada.press("Yes, to exactly these words")
    for person in (ada, ben):
        person.here("agreement/")
        person.sees("28 days")
        person.sees("What you agreed before")
        person.picture("agreement")
