"""Whether an address has an account is told to nobody but its mailbox, and nobody is written to who has not said so."""

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from beheard.people.accounts import proven_address
from beheard.people.models import User
from beheard.rls import no_actor

pytestmark = pytest.mark.django_db
OWN, OTHER = "a quiet long evening", "another long evening"


class Counting(MD5PasswordHasher):
    algorithm, hashed = "counting", 0

    def encode(self, password, salt):
        Counting.hashed += 1
        return super().encode(password, salt)


@dataclass(frozen=True)
class Mailbox:
    """A new address for each test: how often a link is sent to one is limited, across tests."""

    address: str = field(default_factory=lambda: f"mira-{uuid4().hex}@example.org")

    def account(self, password=OWN, *, proven=False) -> User:
        with no_actor():
            user = User.objects.create_user(self.address, password)
            EmailAddress.objects.create(user=user, email=self.address, primary=True, verified=proven)
        return user

    def signed_up(self) -> tuple[Client, object]:
        client = Client()
        form = {"email": self.address, "password1": OTHER, "name": "Mira"}
        return client, client.post(reverse("account_signup"), form)

    def signs_in(self, password) -> User | None:
        return authenticate(None, email=self.address, password=password)


@pytest.fixture
def box():
    return Mailbox()


@pytest.mark.parametrize("proven", [True, False])
def test_beginning_is_the_same_whether_or_not_the_address_has_an_account(box, proven):
    other_box = Mailbox()
    box.account(proven=proven)
    taken, answer = box.signed_up()
    fresh, other = other_box.signed_up()
    assert (answer.status_code, answer["Location"]) == (other.status_code, other["Location"])
    assert answer.status_code == 302 and "sid" in answer.cookies
    pages = [client.get(answer["Location"], follow=True) for client in (taken, fresh)]
    assert pages[0].status_code == 200 and len(pages[0].content) == len(pages[1].content)
    assert [page.redirect_chain for page in pages] == [pages[0].redirect_chain] * 2


def test_the_mailbox_alone_is_told_that_there_is_an_account_already(box):
    other_box = Mailbox()
    box.account(proven=True)
    box.signed_up()
    other_box.signed_up()
    told, asked = mail.outbox
    assert told.to == [box.address] and "There is an account for it already" in told.body
    assert asked.to == [other_box.address] and "confirm" in asked.body


def test_each_signs_in_with_their_own_password(box):
    mine, theirs = box.account(OWN, proven=True), box.account(OTHER)
    assert box.signs_in(OWN) == mine and box.signs_in(OTHER) == theirs and box.signs_in("neither of the two") is None


@pytest.mark.parametrize("proven", [True, False])
def test_nobody_is_pushed_out_by_accounts_at_their_address(box, proven):
    if proven:
        box.account("the very first of them")
    mine = box.account(OWN, proven=proven)
    for number in range(4):
        box.account(f"{OTHER} {number}")
    assert box.signs_in(OWN) == mine


def test_a_proven_address_belongs_to_one_account(box):
    box.account(proven=True)
    client, _answer = box.signed_up()
    with no_actor():
        second = EmailAddress.objects.get(email=box.address, verified=False)
        assert not second.set_verified()
        second.refresh_from_db()
        assert not second.verified


@pytest.mark.parametrize("password", [OWN, "neither of the two"])
def test_signing_in_takes_as_long_however_many_accounts_there_are(box, settings, password):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    counted = []
    for _more in range(4):
        Counting.hashed = 0
        box.signs_in(password)
        counted.append(Counting.hashed)
        box.account(OWN, proven=_more == 0)
    assert counted == [2, 2, 2, 2]


def test_only_a_proven_address_is_written_to(box):
    stranger = box.account()
    assert proven_address(stranger.pk) is None
    assert proven_address(box.account(OTHER, proven=True).pk) == box.address


def test_the_link_is_sent_again_when_asked_and_not_twice_at_once(box):
    box.account()
    client = Client()
    client.force_login(User.objects.get(email=box.address))
    assert b"Send the link again" in client.get(reverse("settings")).content
    for _pressed in range(2):
        assert client.post(reverse("confirm_address"))["Location"] == reverse("settings")
    assert len(mail.outbox) == 1
    with no_actor():
        EmailAddress.objects.filter(email=box.address).update(verified=True)
    assert b"Send the link again" not in client.get(reverse("settings")).content
