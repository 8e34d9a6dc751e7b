"""A contribution goes from a check-in to a suggestion for another couple, and leaves when it is taken back. In real browsers."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from beheard.people.models import User
from beheard.rls import Actor, no_actor, transaction_as
from library.contributions import release
from library.models import GlobalLibraryItem
from library.words import Source
from stages.repair import check_ins, pool, queries
from tests.browser.person import DESK, PHONE, Person
from tests.couple import ADA, BEN, Couple
from tests.shared.visiting import visit_as

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]
PLAIN = "For one week, we each say one thing the other did that was seen. We'll know it helped if we feel seen."


@pytest.fixture(autouse=True)
def beside_a_browser(monkeypatch):
    """Playwright runs a loop in this thread; the couple is moved on in the same one."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def browsing(browser, site, actor, name, session_id="", **kwargs) -> Person:
    """A browser in which this person has signed in already."""
    person = Person(browser, site.address, name, **kwargs)
    client = visit_as(actor)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    person.context.add_cookies([cookie | {"url": site.address}])
    person.session_url = f"/s/{session_id}/"
    return person


def looked_back() -> Couple:
    couple = Couple().until("agreed")
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            agreed = queries.agreed(place)
            answer = {"happened": "YES", "helped": "YES", "in_the_way": "The children at Marta's."}
            check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **answer)
    return couple


def curator() -> Actor:
    with no_actor():
        user = User.objects.create_user("curator@example.org", "a long enough one", is_staff=True)
        user.groups.add(Group.objects.get(name="curators"))
        return Actor.curator(user.pk)


def test_from_a_check_in_to_another_couple_and_out_again(site, browser, shots, superuser_connection):
    giver = looked_back()
    ada = browsing(browser, site, giver.actors[ADA], ADA, giver.session_id, viewport=PHONE, shots=shots)
    ada.here("check-in/")
    ada.picture("check-in")
    ada.follow("Pass something on")
    ada.does_not_see("Marta", "drink tea")
    ada.write("title", "One thing seen, with Ben")
    ada.write("plain", PLAIN)
    ada.write("duration_days", "7")
    ada.page.locator("main input[value=RECOGNITION]").check(force=True)
    ada.picture("pass-on")
    ada.press("Look at it once more")
    ada.sees("This may be a name.")
    ada.does_not_see("Marta")
    ada.picture("exactly-these-words")
    ada.press("Change the words")
    ada.write("title", "One thing seen")
    ada.press("Look at it once more")
    ada.sees("Nothing stood out.")
    ada.page.locator("main input[name=consent]").check(force=True)
    ada.press("Yes, pass this on")
    ada.sees("It is read some time after this week.")
    ada.picture("given")

    # The week is over: the curators read it.
    assert release() == 0
    superuser_connection.execute(
        "UPDATE library_librarycontribution SET consented_at = consented_at - interval '8 days'"
    )
    assert release() == 1
    keeper = browsing(browser, site, curator(), "Curator", viewport=DESK, shots=shots)
    keeper.go("/admin/library/contributionreview/")
    keeper.does_not_see("Ada", str(giver.actors[ADA].user_id), str(giver.session_id))
    keeper.leave_by(keeper.page.get_by_role("link", name="One thing seen"))
    keeper.picture("review")
    keeper.page.locator("input[name=answer][value=accept]").check()
    keeper.leave_by(keeper.page.locator("input[name=_save]"))
    ada.go("/given/")
    ada.sees("Others are offered it now.")

    # Another couple is offered it, and agrees on it.
    others = Couple().until("common")
    for name in (ADA, BEN):
        others.ideas_ready(name)
    pool.publish(others.session_id)
    for name in (ADA, BEN):
        others.sort(name)
    cleo = browsing(browser, site, others.actors[ADA], "Cleo", others.session_id, viewport=DESK, shots=shots)
    cleo.here("both/")
    cleo.sees(PLAIN)
    cleo.picture("both-would")
    cleo.leave_by(
        cleo.page.locator("article", has_text="that was seen").get_by_role("link", name="Begin with this one")
    )
    day = (timezone.localdate() + timedelta(days=8)).isoformat()
    cleo.write("follow_up", day)
    cleo.press("Put these on the table")
    dan = browsing(browser, site, others.actors[BEN], "Dan", others.session_id, viewport=PHONE, shots=shots)
    dan.here("both/")
    dan.press("Yes, to exactly these words")
    dan.here("agreement/")
    dan.sees("that was seen")

    # Taken back, it is offered to nobody; what others agreed stays theirs.
    ada.go("/given/")
    ada.page.locator("main summary", has_text="Take it back").click()
    ada.press("Yes, take it back")
    ada.sees("You took it back.")
    ada.picture("taken-back")
    with transaction_as(others.actors[ADA]):
        assert not GlobalLibraryItem.objects.filter(source=Source.CONTRIBUTED).exists()
    dan.here("agreement/")
    dan.sees("that was seen")
    dan.picture("agreement")
