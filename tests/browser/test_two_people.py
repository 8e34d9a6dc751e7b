"""Two people in their own browsers, from sign-up to an agreement: a phone and a desktop, the real site, the real worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.person import DESK, PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

SECRETS = ["alone with it at night", "always about me", "my mother said the same", "like my parents"]


def test_two_people_from_sign_up_to_an_agreement(site, browser, shots):
    ada = Person(browser, site.address, "Ada", viewport=PHONE, shots=shots)
    ben = Person(browser, site.address, "Ben", viewport=DESK, shots=shots)

    # First words, before anything else is asked; then being heard.
    ada.sign_up("ada@journey.example.org")
    ada.begin("We fought about the dishes again. I come home tired and I feel so alone with it at night.")
    ada.say("He never listens when I try to explain. I end up shouting and then I feel ashamed.", 2)
    ada.say("I just want to feel that what I do is seen. I miss how we used to laugh. It is always about me.", 3)
    ada.picture("conversation")
    ada.is_heard()
    ada.picture("next-thing")
    ada.is_safe()
    ada.names_the_topic("How we share the work at home")
    link = ada.invites()
    ada.signs()

    # The other looks, joins, is confirmed, is heard.
    ben.go(link)
    ben.picture("invited")
    ben.does_not_see("dishes", "ashamed", *SECRETS)
    ben.sign_up("ben@journey.example.org", next_path="/account/signup/?next=" + link.removeprefix(site.address))
    ben.write("name", "Ben")
    ben.press("Join")
    ben.session_url = ben.page.url.removeprefix(site.address)
    ada.here("who-joined/")
    ada.sees("Ben")
    ada.picture("who-joined")
    ada.press("Yes, that is them")
    ben.say("The first thing I hear is what I did wrong. I work all day too. My mother said the same.", 1)
    ben.say("I want some peace in the evening and I want her to notice what I do. I need to feel seen.", 2)
    ben.say("I am scared that we will end like my parents.", 3)
    ben.is_heard()
    ben.is_safe()
    ben.signs()

    # Letters cross together.
    ada.writes_a_letter("Maybe you feel that nothing you do is ever enough.", "I don't keep count because I like it.")
    ben.here("letter/open/")
    ben.does_not_see("ever enough", *SECRETS[:2])
    ben.writes_a_letter("Maybe you feel you carry the evenings by yourself.")
    ada.reads_the_letter("carry the evenings by yourself", to_add="And the mornings, too.")
    ben.reads_the_letter("nothing you do is ever enough")
    ben.here("letter/")
    ben.sees("And the mornings, too.")
    for person in (ada, ben):
        person.here("letter/answer/")
        person.press("I feel understood enough")

    # Needs, by consent, side by side; what is common.
    for person in (ada, ben):
        person.names_a_need("being seen")
    ada.shares_needs(1)
    ben.shares_needs(1)
    ada.has_chosen()
    ben.has_chosen()
    for person in (ada, ben):
        person.notices("They look alike.")
        person.answers_common(yes=True)
    for person in (ada, ben):
        person.here("common-ground/")
        person.picture("common-ground")

    # Ideas in one pool, private piles, what both would do.
    tea = "For one week, we drink tea together for ten minutes after work, phones away."
    ada.has_an_idea("He should sit down with me for tea when I come home", tea)
    ben.has_an_idea("She could ask how my day was", "For one week, we each ask how the day was, before anything else.")
    for person in (ada, ben):
        person.is_ready_for_the_pool()
    for person in (ada, ben):
        person.waits_for_the_pool()
        person.sorts(gladly=tea)
    ada.here("both/")
    ada.sees(tea)
    ben.here("both/")
    ben.sees(tea)
    ben.does_not_see("before anything else")
    ada.follow("Begin with this one")
    ada.write("measure", "We look forward to it.")
    ada.write("follow_up", (timezone.localdate() + timedelta(days=8)).isoformat())
    ada.picture("words-on-the-table")
    ada.press("Put these on the table")
    ben.here("both/")
    ben.sees("We look forward to it.")
    ben.picture("words-on-the-table")
    ben.press("Yes, to exactly these words")
    for person in (ada, ben):
        person.here("agreement/")
        person.sees(tea)
        person.picture("agreement")
    assert_nothing_private_crossed(ada, ben)


def assert_nothing_private_crossed(ada: Person, ben: Person) -> None:
    for person, secrets in ((ada, SECRETS[2:]), (ben, SECRETS[:2])):
        for path in ("", "letter/answer/", "side-by-side/", "common-ground/", "both/", "agreement/"):
            person.here(path)
            person.does_not_see(*secrets)
