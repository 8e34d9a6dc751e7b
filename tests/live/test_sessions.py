"""The sign-in is checked at each event: once it is over, nothing more is sent."""

import asyncio

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model

from beheard.live import sessions
from beheard.live.app import Pace
from beheard.live.broker import ENDED, tombstone_key
from tests.live.browser import run

NEVER_ASKS_AGAIN = Pace(lifetime=30, heartbeat=20, recheck=1_000)


def test_signing_out_closes_the_stream_at_once(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(NEVER_ASKS_AGAIN))
        async with browser.connected():
            writer.start(1)
            writer.chunk("before")
            await browser.until(lambda: browser.shown)
            house.sign_out()
            writer.chunk(" after")
            await browser.until(lambda: browser.answer.ended, seconds=2)
        assert browser.shown == ["before"]
        assert (await browser.get()).status == 404

    run(scenario())


def test_signing_out_closes_a_stream_that_is_silent(house):
    async def scenario():
        browser = house.browser(house.app(NEVER_ASKS_AGAIN))
        async with browser.connected():
            await browser.until(lambda: browser.answer.status)
            await asyncio.sleep(0.3)
            house.sign_out()
            await browser.until(lambda: browser.answer.ended, seconds=2)

    run(scenario())


def test_a_tombstone_is_enough_when_the_announcement_is_lost(house, redis_client):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(NEVER_ASKS_AGAIN))
        async with browser.connected():
            writer.start(1)
            writer.chunk("before")
            await browser.until(lambda: browser.shown)
            redis_client.set(tombstone_key(sessions.session_tag(house.session_key)), 1)
            writer.chunk(" after")
            await browser.until(lambda: browser.answer.ended, seconds=2)
        assert browser.shown == ["before"]

    run(scenario())


def test_an_announcement_is_enough_when_the_tombstone_is_lost(house, redis_client):
    async def scenario():
        browser = house.browser(house.app(NEVER_ASKS_AGAIN))
        async with browser.connected():
            await browser.until(lambda: browser.answer.status)
            await asyncio.sleep(0.3)
            redis_client.publish(ENDED, sessions.session_tag(house.session_key))
            await browser.until(lambda: browser.answer.ended, seconds=2)

    run(scenario())


@pytest.mark.parametrize("redis_is_away", [False, True])
def test_the_session_itself_is_asked_when_both_are_lost(house, redis_server, redis_is_away):
    async def scenario():
        browser = house.browser(house.app(Pace(lifetime=30, heartbeat=0.1, recheck=0.3)))
        async with browser.connected():
            await browser.until(lambda: browser.heartbeats)
            if redis_is_away:
                redis_server.stop()
            house.present = False
            await browser.until(lambda: browser.answer.ended, seconds=5)

    run(scenario())


def test_a_busy_stream_asks_the_session_too_and_not_at_each_word(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(Pace(lifetime=30, heartbeat=20, recheck=0.5)))
        async with browser.connected():
            writer.start(1)
            for _ in range(100):
                writer.chunk("word ")
                await asyncio.sleep(0.01)
            await browser.until(lambda: len(browser.shown) == 100)
            assert 1 <= house.rechecked <= 4
            house.present = False
            await asyncio.sleep(0.5)
            writer.chunk("more")
            await browser.until(lambda: browser.answer.ended, seconds=2)
        assert len(browser.shown) == 100

    run(scenario())


def test_somebody_elses_signing_out_leaves_the_stream_open(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(NEVER_ASKS_AGAIN))
        async with browser.connected():
            writer.start(1)
            writer.chunk("before")
            await browser.until(lambda: browser.shown)
            sessions.end("another session")
            writer.chunk(" after")
            await browser.until(lambda: len(browser.shown) == 2)

    run(scenario())


def test_the_end_of_a_session_leaves_no_key_to_it_in_redis(redis_client):
    sessions.end("my-session-key")
    assert b"my-session-key" not in b" ".join(redis_client.keys())
    assert redis_client.ttl(tombstone_key(sessions.session_tag("my-session-key"))) > 0


def test_signing_out_succeeds_while_redis_is_away(redis_server, caplog):
    redis_server.stop()
    sessions.end("my-session-key")
    assert "could not be announced" in caplog.text
    assert "my-session-key" not in caplog.text


def test_nobodys_session_needs_no_end(redis_client):
    sessions.end(None)
    sessions.end("")
    assert redis_client.keys() == []


@pytest.fixture
def signed_in(db, client):
    user = get_user_model().objects.create_user(email="a@example.org", password="a long enough word")
    client.force_login(user)
    return user, client.session.session_key


def scope_with(cookie: str) -> dict:
    return {"type": "http", "headers": [(b"cookie", cookie.encode())]}


def test_the_session_cookie_names_the_person(signed_in, settings):
    user, key = signed_in
    found = sessions.sign_in_of(scope_with(f"theme=dark; {settings.SESSION_COOKIE_NAME}={key}"))
    assert (found.user.pk, found.session_key) == (user.pk, key)


@pytest.mark.parametrize("cookie", ["", "sid=", "sid=nonsense", "sid=" + "x" * 5_000, "other=1", 'sid="; sid'])
def test_any_other_cookie_names_nobody(db, cookie, recwarn):
    assert sessions.sign_in_of(scope_with(cookie)) is None
    assert sessions.sign_in_of({"type": "http", "headers": []}) is None
    assert not recwarn.list, "a key that no cache could hold is not even looked up"


def test_a_signed_out_session_is_over(signed_in, client):
    _, key = signed_in
    assert sessions.still_signed_in(key)
    client.logout()
    assert not sessions.still_signed_in(key)


def test_a_new_password_ends_the_sign_in_and_looking_changes_nothing(signed_in, client):
    user, key = signed_in
    user.set_password("another long word")
    user.save()
    assert not sessions.still_signed_in(key)
    assert client.session.session_key == key
    assert client.session[SESSION_KEY]


def test_a_retired_person_is_signed_in_no_longer(signed_in):
    user, key = signed_in
    user.is_active = False
    user.save()
    assert not sessions.still_signed_in(key)
