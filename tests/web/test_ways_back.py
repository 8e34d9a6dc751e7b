"""Ways back that a page offers are on it, and do what they say."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.api import tokens
from beheard.rls import no_actor, transaction_as
from library import contributions
from library.models import LibraryContribution
from stages import progress
from stages.models import Message
from stages.repair import actions as repair
from stages.steps import StepKind
from tests.couple import ADA, Couple
from tests.library.test_contributions import as_curator, edited, offered
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


def press(client, page: str, address: str) -> str:
    """Send the form of this page that leads to this address, with what is in it; the page that follows."""
    shown = client.get(page).content.decode()
    (form,) = re.findall(rf'<form[^>]*action="{re.escape(address)}".*?</form>', shown, re.DOTALL)
    hidden = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    answer = client.post(address, {name: unescape(value) for name, value in hidden}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_invitation_is_taken_back():
    couple = Couple().until("heard")
    ada = browser(couple, ADA)
    ada.post(url(couple, "topic"), {"topic": "The work at home"})
    made = ada.post(url(couple, "invite"), {"email": ""}).content.decode()
    link = re.search(r"/i/[\w-]+/", made).group()
    assert "The work at home" in Client().get(link).content.decode()
    press(ada, url(couple, "invite"), url(couple, "withdraw_invitation"))
    assert "The work at home" not in Client().get(link).content.decode()


def test_what_one_said_is_deleted():
    couple = Couple().until("began")
    with couple.acting(ADA):
        message = Message.objects.filter(role="USER").latest("timestamp")
        words = message.content
    page = press(
        browser(couple, ADA), url(couple, "edit_message", message.pk), url(couple, "delete_message", message.pk)
    )
    assert words not in page
    with couple.acting(ADA):
        assert not Message.objects.filter(pk=message.pk).exists() and not Message.objects.filter(role="AI").exists()


def test_ready_for_the_pool_and_not_yet_after_all():
    couple = Couple().until("common")
    couple.put_in_pool(ADA)
    with couple.acting(ADA) as place:
        repair.ideas_ready(place=place, now=timezone.now())
    press(browser(couple, ADA), url(couple, "ideas"), url(couple, "not_ready_yet"))
    with couple.acting(ADA) as place:
        assert not progress.has_taken(place, StepKind.IDEAS_READY)


def test_what_one_gave_is_agreed_to_as_it_was_changed_and_taken_back():
    couple = Couple().until("began")
    actor, ada, page = couple.actors[ADA], browser(couple, ADA), reverse("given")
    given = offered(actor)
    assert contributions.release()
    with transaction_as(actor):
        item_id = LibraryContribution.objects.get(pk=given.pk).item_id
    edited(item_id, title="In other words")
    as_curator(contributions.ask_again, item_id=item_id, reason="A little shorter?")
    assert "It goes on in these words." in press(ada, page, reverse("given_yes", args=[given.pk]))
    assert "Nobody is offered it any more." in press(ada, page, reverse("given_back", args=[given.pk]))
    with transaction_as(actor):
        assert LibraryContribution.objects.get(pk=given.pk).withdrawn_at


def test_a_token_is_taken_away_and_everything_else_signed_out():
    couple = Couple().until("began")
    user, ada, elsewhere = couple.user(ADA), browser(couple, ADA), browser(couple, ADA)
    with no_actor():
        token, _secret = tokens.make(user=user, name="A script", days=7, now=timezone.now())
    press(ada, reverse("devices"), reverse("remove_token", args=[token.pk]))
    with no_actor():
        assert not tokens.all_of(user)
    press(ada, reverse("devices"), reverse("sign_out_everywhere"))
    assert (
        elsewhere.get(reverse("home")).status_code == 302 and ada.get(reverse("home"), follow=True).status_code == 200
    )
