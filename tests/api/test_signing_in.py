"""Tokens and the sign-in of a browser: who is let in, for how long, and what ends it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from beheard.api import tokens
from beheard.api.models import ApiToken
from beheard.rls import no_actor
from stages.live import authorise_reply, still_signed_in
from tests.api.caller import ROOT, Caller, caller, token_for, user_of
from tests.couple import ADA, Couple
from tests.pages import browser

pytestmark = pytest.mark.django_db
ME = ROOT + "me/"


@pytest.fixture
def couple():
    return Couple().until("began")


def test_a_token_is_made_on_its_page_shown_once_and_kept_nowhere(couple):
    ada = browser(couple, ADA)
    shown = ada.post("/devices/", {"name": "A script", "days": "7"}).content.decode()
    (secret,) = re.findall(r"<code>(bh_[^<]+)</code>", shown)
    assert Caller(secret=secret).get(ME).json()["signed_in_by"] == "token"
    assert secret not in ada.get("/devices/").content.decode()
    with no_actor():
        token = ApiToken.objects.get()
    assert bytes(token.digest) != secret.encode() and token.last_used_on


def test_the_page_asks_for_the_password_first(couple):
    client = Client()
    client.force_login(couple.user(ADA))
    assert "reauthenticate" in client.get("/devices/").url


def test_a_token_ends_by_time_by_hand_by_another_password_and_by_signing_out_everywhere(couple):
    person = user_of(couple.actors[ADA])
    secrets = {name: token_for(couple.actors[ADA]) for name in ("time", "hand", "password")}
    found = {name: tokens.find(secret) for name, secret in secrets.items()}
    with no_actor():
        long_ago = timezone.now() - timedelta(days=2)
        ApiToken.objects.filter(pk=found["time"].pk).update(created_at=long_ago, expires_at=long_ago + timedelta(1))
    Caller(secret=secrets["hand"]).delete(f"{ROOT}tokens/{found['hand'].pk}/")
    assert Caller(secret=secrets["password"]).get(ME).status_code == 200
    with no_actor():
        person.set_password("another good password")
        person.save()
    assert {Caller(secret=secret).get(ME).status_code for secret in secrets.values()} == {401}
    client, secret = browser(couple, ADA), token_for(couple.actors[ADA])
    other = browser(couple, ADA)
    assert client.post("/devices/sign-out/").status_code == 302
    assert client.get("/devices/").status_code == 200
    assert other.get("/home/").status_code == 302 and "login" in other.get("/home/").url
    assert Caller(secret=secret).get(ME).status_code == 401


def test_another_person_s_token_is_not_there(couple):
    theirs = tokens.find(token_for(Couple().until("began").actors[ADA]))
    assert caller(couple, ADA).delete(f"{ROOT}tokens/{theirs.pk}/").status_code == 404
    assert tokens.still_stands(theirs.pk)


def test_a_token_that_is_none_is_nobody_whoever_the_browser_is(couple):
    ada = Caller(client=browser(couple, ADA))
    assert ada.get(ME).json()["signed_in_by"] == "browser"
    for header in ("Bearer x", "Bearer", "Basic eDp5", "Bearer " + "ü" * 10):
        answer = ada.get(ME, Authorization=header)
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"


def test_a_browser_s_post_needs_the_page_s_token(couple):
    client = Client(enforce_csrf_checks=True)
    client.force_login(couple.user(ADA))
    ada = Caller(couple.session_id, client=client)
    assert ada.post("pause/").json()["type"] == "urn:beheard:problem:not-allowed"
    client.get("/home/", follow=True)
    assert ada.post("pause/", **{"X-CSRFToken": client.cookies["csrftoken"].value}).status_code == 204


def test_the_vessel_opens_for_half_an_hour_after_the_password(couple):
    with no_actor():
        person = couple.user(ADA)
        person.set_password("a good long password")
        person.save()
    ada = caller(couple, ADA)
    assert ada.get("vessel/messages/").status_code == 200
    with no_actor():
        ApiToken.objects.update(password_at=timezone.now() - timedelta(minutes=31))
    assert ada.get("vessel/messages/").json()["type"] == "urn:beheard:problem:password-needed"
    assert ada.get("messages/").status_code == 200
    assert ada.post(ROOT + "password/", {"password": "not this"}).status_code == 400
    assert ada.post(ROOT + "password/", {"password": "a good long password"}).status_code == 204
    assert ada.get("vessel/messages/").status_code == 200


def test_passwords_can_not_be_tried_for_long(couple):
    ada = caller(couple, ADA)
    answers = [ada.post(ROOT + "password/", {"password": "guess"}) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_stream_of_a_reply_opens_to_the_token_of_its_person_while_it_stands(couple):
    ada, stranger = caller(couple, ADA), caller(Couple().until("began"), ADA)
    said = ada.post("messages/", {"words": "One more thing."}).json()
    message_id = said["stream"].rsplit("/", 1)[1]

    def grant(person):
        scope = {"headers": [(b"authorization", f"Bearer {person.secret}".encode())]}
        return authorise_reply(scope, message_id)

    assert grant(stranger) is None and grant(Caller(secret="bh_none")) is None
    opened = grant(ada)
    assert still_signed_in(opened.session_key)
    ada.post(ROOT + "sign-out/")
    assert not still_signed_in(opened.session_key) and grant(ada) is None
