"""LiveApp against a real Redis, through a browser's eyes."""

import asyncio
import logging
import uuid

import pytest

from beheard.live.app import STREAMS_PER_SESSION, Grant, LiveApp, Pace
from beheard.live.broker import GREW, reply_key
from tests.live.browser import FAST, Browser, run


def test_words_arrive_in_order_and_the_stream_ends_with_done(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        async with browser.connected():
            writer.start(1)
            for word in ("Es", " tut", " weh", "\n\n", "✨", "ل"):
                writer.chunk(word)
            await browser.until(lambda: len(browser.shown) == 6)
            writer.done()
            await browser.until(lambda: browser.answer.ended)
        assert browser.shown == ["Es", " tut", " weh", "\n\n", "✨", "ل"]
        assert browser.events[-1] == ("done", {})
        assert house.authorised == 1

    run(scenario())


def test_the_answer_is_an_event_stream_that_nothing_keeps(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        writer.start(1)
        writer.done()
        answer = await browser.get()
        assert answer.status == 200
        assert answer.headers[b"content-type"] == b"text/event-stream"
        assert answer.headers[b"cache-control"] == b"no-store"
        assert answer.headers[b"x-accel-buffering"] == b"no"
        assert answer.body.startswith(b"retry: 2000\n\n")

    run(scenario())


def test_what_is_not_theirs_looks_like_what_does_not_exist(house):
    async def scenario():
        app = house.app()
        mine, cookie = f"/live/reply/{house.message_id}", f"sid={house.session_key}"
        answers = [
            await Browser(app, f"/live/reply/{uuid.uuid4()}", cookie).get(),
            await Browser(app, mine, "sid=somebody-else").get(),
            await Browser(app, mine).get(),
            await Browser(app, "/live/reply/not-an-id", cookie).get(),
            await Browser(app, f"{mine}/", cookie).get(),
            await Browser(app, mine.upper().replace("/LIVE/REPLY", "/live/reply"), cookie).get(),
            await Browser(app, "/live/", cookie).get(),
            await Browser(app, mine, cookie).get("POST"),
        ]
        assert {(a.status, a.body, tuple(a.headers.items())) for a in answers} == {
            (404, b"Not found", tuple(answers[0].headers.items()))
        }

    run(scenario())


def test_a_second_try_clears_what_the_first_one_showed(house):
    async def scenario():
        first, second, browser = house.writer(), house.writer(), house.browser(house.app())
        async with browser.connected():
            first.start(1)
            first.chunk("half a")
            await browser.until(lambda: browser.shown)
            second.start(2)
            second.chunk("whole")
            first.chunk(" thought of a worker thought dead")
            first.failed("too_slow")
            await browser.until(lambda: browser.shown == ["whole"])
            second.done()
            await browser.until(lambda: browser.answer.ended)
        assert [name for name, _ in browser.events] == ["chunk", "restart", "chunk", "done"]

    run(scenario())


def test_a_page_opened_after_the_second_try_began_never_sees_the_first(house):
    async def scenario():
        first, second, browser = house.writer(), house.writer(), house.browser(house.app())
        first.start("same")
        first.chunk("half")
        second.start("same")
        second.chunk("whole")
        first.chunk(" late")
        second.done()
        await browser.get()
        assert [name for name, _ in browser.events] == ["chunk", "done"]
        assert browser.shown == ["whole"]

    run(scenario())


def test_a_failure_names_its_code_and_ends(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        writer.start(1)
        writer.failed("too_slow")
        await browser.get()
        assert browser.events == [("failed", {"code": "too_slow"})]

    run(scenario())


def test_a_stored_reply_is_announced_even_without_redis(house, redis_server):
    async def scenario():
        house.stored = True
        redis_server.stop()
        browser = house.browser(house.app())
        await browser.get()
        assert browser.events == [("done", {})]

    run(scenario())


def test_a_browser_that_has_heard_the_end_is_told_to_stop(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        writer.start(1)
        writer.done()
        await browser.get()
        assert (await browser.get()).status == 204
        house.present = False
        assert (await browser.get()).status == 404

    run(scenario())


def test_an_invented_last_event_id_is_taken_for_none(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        writer.start(1)
        writer.chunk("word")
        writer.done()
        browser.last_event_id = "'; DROP TABLE"
        await browser.get()
        assert browser.shown == ["word"]

    run(scenario())


def test_silence_is_filled_with_heartbeats(house):
    async def scenario():
        browser = house.browser(house.app())
        async with browser.connected():
            await browser.until(lambda: browser.heartbeats >= 3)
        assert browser.events == []

    run(scenario())


def test_a_stream_ends_by_itself(house):
    async def scenario():
        browser = house.browser(house.app(Pace(lifetime=0.4, heartbeat=0.1)))
        await browser.get()
        assert browser.heartbeats

    run(scenario())


def test_a_quiet_stream_closes_so_that_the_browser_asks_again(house):
    """The reply was stored, but every word of it in Redis was lost."""

    async def scenario():
        browser = house.browser(house.app(Pace(lifetime=20, heartbeat=0.1, quiet=0.3)))
        await browser.get()
        house.stored = True
        await browser.get()
        assert browser.events == [("done", {})]

    run(scenario())


def test_one_sign_in_cannot_hold_more_than_a_few_streams(house):
    async def scenario():
        app = house.app()
        browsers = [house.browser(app) for _ in range(STREAMS_PER_SESSION)]
        stack = [browser.connected() for browser in browsers]
        for connection in stack:
            await connection.__aenter__()
        await browsers[-1].until(lambda: all(browser.answer.status for browser in browsers))
        answer = await house.browser(app).get()
        assert answer.body == b"retry: 10000\n\n"
        for connection in stack:
            await connection.__aexit__(None, None, None)
        async with house.browser(app).connected() as again:
            await again.until(lambda: again.heartbeats)

    run(scenario())


def test_a_stream_wakes_for_its_own_words_without_waiting_for_a_heartbeat(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(Pace(lifetime=30, heartbeat=20)))
        async with browser.connected():
            writer.start(1)
            writer.chunk("first")
            await browser.until(lambda: browser.shown, seconds=3)
            await asyncio.sleep(0.3)
            writer.chunk("second")
            await browser.until(lambda: len(browser.shown) == 2, seconds=1)

    run(scenario())


def test_a_long_reply_is_caught_up_with_at_once(house):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(Pace(lifetime=30, heartbeat=20)))
        writer.start(1)
        for number in range(450):
            writer.chunk(f"{number} ")
        async with browser.connected():
            await browser.until(lambda: len(browser.shown) == 450, seconds=3)

    run(scenario())


def test_words_written_while_nobody_listened_arrive_when_listening_begins_again(house, redis_client):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(Pace(lifetime=30, heartbeat=20)))
        async with browser.connected():
            writer.start(1)
            writer.chunk("before")
            await browser.until(lambda: browser.shown)
            await asyncio.sleep(0.3)
            redis_client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            writer.chunk(" meanwhile")
            await browser.until(lambda: len(browser.shown) == 2, seconds=3)

    run(scenario())


def test_a_lost_announcement_is_made_good_by_the_heartbeat(house, redis_client):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        async with browser.connected():
            writer.start(1)
            writer.chunk("first")
            await browser.until(lambda: browser.shown)
            entry = redis_client.xrevrange(reply_key(house.message_id), count=1)[0][1]
            redis_client.xadd(reply_key(house.message_id), {**entry, b"number": 1})
            await browser.until(lambda: len(browser.shown) == 2, seconds=2)

    run(scenario())


@pytest.mark.parametrize("heartbeat", [0.1, 20])
def test_a_word_written_while_redis_was_away_arrives_when_it_is_back(house, redis_server, heartbeat):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app(Pace(lifetime=50, heartbeat=heartbeat)))
        async with browser.connected():
            writer.start(1)
            writer.chunk("before")
            await browser.until(lambda: browser.shown)
            redis_server.stop()
            await asyncio.to_thread(writer.chunk, " during")
            await asyncio.sleep(0.8)
            assert not browser.answer.ended
            redis_server.start()
            await asyncio.sleep(0.3)
            await asyncio.to_thread(writer.chunk, " after")
            await asyncio.to_thread(writer.done)
            await browser.until(lambda: browser.answer.ended, seconds=15)
        assert browser.shown == ["before", " during", " after"]
        assert browser.events[-1] == ("done", {})

    run(scenario())


def test_redis_away_from_the_beginning_is_silence_and_not_an_error(house, redis_server):
    async def scenario():
        redis_server.stop()
        browser = house.browser(house.app())
        async with browser.connected():
            await browser.until(lambda: browser.heartbeats >= 2)
        assert browser.answer.status == 200
        assert not browser.answer.ended

    run(scenario())


def test_an_authoriser_in_trouble_makes_the_browser_come_back(house, caplog):
    def authorise(scope, message_id):
        raise RuntimeError("what they wrote")

    async def scenario():
        answer = await house.browser(LiveApp(authorise)).get()
        assert (answer.status, answer.body) == (200, b"retry: 10000\n\n")

    run(scenario())
    assert "RuntimeError" in caplog.text
    assert "what they wrote" not in caplog.text


def test_words_that_do_not_open_close_the_stream_without_a_word_in_the_log(house, caplog):
    def authorise(scope, message_id):
        def open_sealed(sealed):
            raise ValueError("secret words")

        return Grant(reply_key(message_id), open_sealed, house.session_key)

    async def scenario():
        writer = house.writer()
        writer.start(1)
        writer.chunk("secret words")
        browser = house.browser(LiveApp(authorise, still_signed_in=house.still_signed_in, pace=FAST))
        await browser.get()
        assert browser.events == []

    caplog.set_level(logging.DEBUG)
    run(scenario())
    assert "ValueError" in caplog.text
    assert "secret words" not in caplog.text


def test_announcements_and_entries_carry_no_words(house, redis_client):
    subscription = redis_client.pubsub()
    subscription.subscribe(GREW)
    writer = house.writer()
    writer.start(1)
    writer.chunk("I feel alone")
    writer.done()
    heard = [subscription.get_message(timeout=1) for _ in range(4)]
    assert {message["data"] for message in heard[1:]} == {reply_key(house.message_id).encode()}
    everything = repr(redis_client.xrange(reply_key(house.message_id)))
    assert "alone" not in everything
    assert b"done" in redis_client.xrevrange(reply_key(house.message_id), count=1)[0][1].values()
