"""The inviter holds the link too: nothing it opens may say that the other would rather not."""

import pytest
from django.test import Client
from django.utils import timezone

from beheard.rls import transaction_as
from beheard.rls.doors import door_value
from stages.compact import actions as compact
from tests.couple import ADA, BEN, Couple
from tests.privacy.prying import ask
from tests.privacy.test_no_difference import VARIES, everything_seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple():
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        compact.approve_topic(place=place, topic="The work at home", now=timezone.now())
    with couple.acting(ADA) as place:
        link = compact.invite(place=place, email="", now=timezone.now())
    couple.token = link.rstrip("/").rsplit("/", 1)[-1]
    return couple


def what_the_link_opens(couple) -> tuple:
    """Signed in as the inviter, and in a browser of nobody's."""
    mine = Client()
    mine.force_login(couple.user(ADA))
    pages = [client.get(f"/i/{couple.token}/") for client in (mine, Client())]
    door = ask(couple, ADA, "SELECT * FROM door.invitation_by_token(%s)", [compact.token_hash(couple.token)])
    return [(page.status_code, VARIES.sub(b"", page.content)) for page in pages], door, everything_seen(couple, ADA)


def test_a_declined_link_looks_as_before_to_whoever_holds_it(couple):
    before = what_the_link_opens(couple)
    assert Client().post(f"/i/{couple.token}/decline/").status_code == 200
    assert what_the_link_opens(couple) == before


def test_declining_again_tells_nothing(couple):
    hashed = compact.token_hash(couple.token)
    stranger = couple.sign_up(BEN)
    with transaction_as(stranger):
        assert [door_value("decline_invitation", hashed) for _twice in range(2)] == [True, True]


def test_who_declined_may_still_come_by_the_same_link(couple):
    Client().post(f"/i/{couple.token}/decline/")
    with transaction_as(couple.sign_up(BEN)) as ben:
        place = compact.join(by=ben, token=couple.token, name=BEN, now=timezone.now())
    assert place.session.pk == couple.session_id
