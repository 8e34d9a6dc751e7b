"""Streams and pages in one application, and a server that stops although a page is open."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from beheard.live.app import LiveApp
from beheard.live.mount import Mount
from tests.live.browser import House, run


async def pages(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-from", b"pages")]})
    await send({"type": "http.response.body", "body": b""})


async def ask(application, scope, *incoming):
    messages, sent = list(incoming), []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await application({"headers": [], "method": "GET", **scope}, receive, send)
    return sent


@pytest.mark.parametrize("path", ["/", "/live", "/lives/", "/s/1/live/"])
def test_everything_outside_live_is_a_page(house, path):
    async def scenario():
        sent = await ask(Mount(live=house.app(), django=pages), {"type": "http", "path": path})
        assert sent[0]["headers"] == [(b"x-from", b"pages")]

    run(scenario())


def test_live_is_never_a_page(house):
    async def scenario():
        sent = await ask(Mount(live=house.app(), django=pages), {"type": "http", "path": "/live/anything"})
        assert sent[0]["status"] == 404

    run(scenario())


def test_the_lifespan_starts_and_stops_the_listener(house):
    async def scenario():
        others = asyncio.all_tasks()
        sent = await ask(
            Mount(live=house.app(), django=pages),
            {"type": "lifespan"},
            {"type": "lifespan.startup"},
            {"type": "lifespan.shutdown"},
        )
        assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert asyncio.all_tasks() == others

    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        run(scenario())
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), handlers, strict=True):
            signal.signal(number, handler)


def test_a_websocket_is_turned_away(house):
    async def scenario():
        sent = await ask(Mount(live=house.app(), django=pages), {"type": "websocket", "path": "/live/"})
        assert sent == [{"type": "websocket.close"}]

    run(scenario())


def test_authorising_runs_in_a_few_threads_and_leaves_no_connection_behind(house, settings, db):
    """Eight kept connections would exhaust a pool of eight."""
    from django.db import connection

    seen = {}

    def authorise(scope, message_id):
        seen["thread"] = threading.current_thread().name
        seen["connection"] = connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen["was_open"] = connection.connection is not None

    async def scenario():
        live = LiveApp(authorise)
        assert (await house.browser(live).get()).status == 404
        seen["is_open"] = await live._in_thread(lambda: connection.connection is not None)

    run(scenario())
    assert seen["thread"].startswith("live")
    assert seen["was_open"]
    assert not seen["is_open"]


SERVER = """
import django, uvicorn
from django.conf import settings
settings.configure(SECRET_KEY="x", REDIS_URL={url!r}, REPLY_STREAM_SECONDS=60)
django.setup()
from beheard.live.mount import Mount
from tests.live.browser import House
from tests.live.test_mount import pages
house = House()
house.session_key = {session_key!r}
house.message_id = __import__("uuid").UUID({message_id!r})
uvicorn.run(Mount(live=house.app(), django=pages), port={port}, log_level="warning")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request_for(house: House) -> bytes:
    lines = [f"GET /live/reply/{house.message_id} HTTP/1.1", "Host: localhost", f"Cookie: sid={house.session_key}"]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.fixture
def served(house: House, redis_server):
    port = free_port()
    code = SERVER.format(
        url=redis_server.url, session_key=house.session_key, message_id=str(house.message_id), port=port
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=os.environ)
    yield process, port
    process.kill()
    process.wait()
    process.stderr.close()


def connect(port: int, seconds: float = 15) -> socket.socket:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_uvicorn_stops_quickly_and_quietly_with_a_stream_open(house, served, number):
    process, port = served
    with connect(port) as page:
        page.sendall(request_for(house))
        writer = house.writer()
        writer.start(1)
        writer.chunk("word")
        received = b""
        while b"event: chunk" not in received:
            received += page.recv(4096)
        process.send_signal(number)
        began = time.monotonic()
        process.wait(10)
    assert time.monotonic() - began < 3
    assert "Traceback" not in process.stderr.read().replace("KeyboardInterrupt", "")
