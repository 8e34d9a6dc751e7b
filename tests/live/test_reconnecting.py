"""Hammering a real Redis: writers write while browsers leave and come back. No word is lost, none comes twice."""

import asyncio
import random
import time

import pytest

from beheard.live.app import Pace
from tests.live.browser import House, run

WORDS = 400


def write_all(house: House, seed: int, tries: int) -> None:
    chance = random.Random(seed)
    for attempt in range(tries):
        writer = house.writer()
        writer.start(attempt)
        is_last = attempt == tries - 1
        for number in range(WORDS if is_last else chance.randrange(WORDS)):
            writer.chunk(f"{attempt}:{number} ")
            if chance.random() < 0.1:
                time.sleep(chance.uniform(0, 0.01))
    writer.done()


async def read_with_interruptions(house: House, app, seed: int):
    chance = random.Random(seed)
    browser = house.browser(app)
    while not browser.finished:
        patience = len(browser.events) + chance.randrange(1, 40)
        async with browser.connected():
            await browser.until(lambda patience=patience: browser.finished or len(browser.events) >= patience)
            if chance.random() < 0.3:
                await asyncio.sleep(chance.uniform(0, 0.005))
    return browser


@pytest.mark.parametrize(("seed", "tries"), [(1, 1), (2, 1), (3, 3), (4, 5)])
def test_no_word_is_lost_or_doubled_while_browsers_come_and_go(house, seed, tries):
    async def scenario():
        app = house.app(Pace(lifetime=30, heartbeat=0.5))
        writing = asyncio.create_task(asyncio.to_thread(write_all, house, seed, tries))
        browsers = await asyncio.gather(*(read_with_interruptions(house, app, seed * 100 + n) for n in range(6)))
        await writing
        for browser in browsers:
            assert browser.shown == [f"{tries - 1}:{number} " for number in range(WORDS)]
            assert [name for name, _ in browser.events].count("done") == 1

    run(scenario())


def test_no_word_is_lost_or_doubled_while_redis_cuts_every_connection(house, redis_client):
    async def scenario():
        app = house.app(Pace(lifetime=50, heartbeat=0.3))
        writing = asyncio.create_task(asyncio.to_thread(write_all, house, 7, 1))
        reading = asyncio.gather(*(read_with_interruptions(house, app, n) for n in range(4)))
        while not writing.done():
            await asyncio.sleep(0.1)
            for kind in ("normal", "pubsub"):
                redis_client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
        for browser in await reading:
            assert browser.shown == [f"0:{number} " for number in range(WORDS)]

    run(scenario())


def test_a_stream_wiped_from_redis_in_mid_reply_never_shows_a_hole(house, redis_client):
    async def scenario():
        writer, browser = house.writer(), house.browser(house.app())
        writer.start(1)
        writer.chunk("one")
        async with browser.connected():
            await browser.until(lambda: browser.shown)
            redis_client.flushall()
            writer.chunk(" two")
            await browser.until(lambda: len(browser.shown) == 2)
        redis_client.flushall()
        writer.chunk(" three")
        redis_client.flushall()
        writer.chunk(" four")
        writer.done()
        await browser.get()
        assert browser.shown == ["one", " two"]
        assert browser.finished

    run(scenario())
