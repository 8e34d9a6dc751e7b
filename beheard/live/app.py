"""The ASGI application for streams, mounted beside Django at /live/ and much lighter than a view."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections

from beheard.live import sessions
from beheard.live.broker import async_broker
from beheard.live.connection import Grant, OpenStream, Pace
from beheard.live.replay import EntryId, event_bytes, has_ended
from beheard.live.wakeups import Wakeups, Watch

__all__ = ["Grant", "LiveApp", "Pace"]

logger = logging.getLogger(__name__)

PREFIX = "/live/reply/"
THREADS = 4
STREAMS_PER_PROCESS = 2_000
STREAMS_PER_SESSION = 8
RETRY = b"retry: 2000\n\n"
LATER = b"retry: 10000\n\n"

PRIVATE = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
EVENT_STREAM = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), *PRIVATE]


class LiveApp:
    """Answers GET /live/reply/<message id>.

    `authorise(scope, message_id) -> Grant | None` runs once a stream, in a thread, without an actor; it may use the
    database, whose connections are closed behind it. None is a 404, for what is not theirs as for what is not there.
    `still_signed_in(session_key) -> bool` runs likewise, every 15 s. An open stream holds no database connection.

    When something is out of order for a moment, the answer is an empty stream that asks the browser to come back: any
    other status would make an EventSource give up for good. No exception is logged with its message.
    """

    def __init__(
        self,
        authorise: Callable[[dict, uuid.UUID], Grant | None],
        *,
        still_signed_in: Callable[[str], bool] = sessions.still_signed_in,
        pace: Pace | None = None,
    ):
        self._authorise = authorise
        self._still_signed_in = still_signed_in
        self._pace = pace or Pace(lifetime=settings.REPLY_STREAM_SECONDS)
        self._wakeups = Wakeups()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._client = None
        self._open = 0
        self._closing = False

    async def __call__(self, scope, receive, send) -> None:
        message_id = _message_id(scope)
        try:
            grant = message_id and await self._in_thread(self._authorise, scope, message_id)
        except Exception as trouble:
            logger.error("A stream could not be authorised: %s", type(trouble).__name__)
            await _short(send, LATER)
        else:
            if grant is None:
                await _not_found(send)
            else:
                await self._answer(grant, _header(scope, b"last-event-id"), receive, send)

    async def _answer(self, grant: Grant, last_event_id: str, receive, send) -> None:
        if has_ended(last_event_id):
            await _respond(send, 204, PRIVATE)  # the status that makes an EventSource stop
        elif grant.already_done:
            await _short(send, RETRY + event_bytes("done", {}, "stored"))
        elif self._is_full(grant):
            await _short(send, LATER)
        else:
            await self._counted_stream(grant, EntryId.parse(last_event_id), receive, send)

    async def _counted_stream(self, grant: Grant, after: EntryId | None, receive, send) -> None:
        self._open += 1
        try:
            await self._stream(grant, after, receive, send)
        except Exception as trouble:
            logger.error("A stream was closed: %s", type(trouble).__name__)
        finally:
            self._open -= 1

    async def _stream(self, grant: Grant, after: EntryId | None, receive, send) -> None:
        async def write(body: bytes) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": True})

        async def signed_in() -> bool:
            return await self._in_thread(self._still_signed_in, grant.session_key)

        await send({"type": "http.response.start", "status": 200, "headers": EVENT_STREAM})
        await write(RETRY)
        try:
            with self._wakeups.watching(grant.stream_key, sessions.session_tag(grant.session_key)) as watch:
                stream = OpenStream(
                    grant=grant,
                    after=after,
                    client=self._broker(),
                    watch=watch,
                    write=write,
                    signed_in=signed_in,
                    pace=self._pace,
                )
                await _until_gone(stream, watch, receive)
        finally:
            await send({"type": "http.response.body", "body": b""})

    def _is_full(self, grant: Grant) -> bool:
        mine = self._wakeups.open_for(sessions.session_tag(grant.session_key))
        return self._closing or self._open >= STREAMS_PER_PROCESS or mine >= STREAMS_PER_SESSION

    def _broker(self):
        if self._client is None:
            self._client = async_broker()
        return self._client

    async def _in_thread(self, function, *arguments):
        return await asyncio.get_running_loop().run_in_executor(self._threads, _and_let_go, function, *arguments)

    def start(self) -> None:
        """Begin to listen. Otherwise the first stream does."""
        self._wakeups.start()

    def close_streams(self) -> None:
        """End every open stream now; browsers come back by themselves."""
        self._closing = True
        self._wakeups.close_all()

    async def stop(self) -> None:
        self.close_streams()
        await self._wakeups.stop()
        if self._client is not None:
            await self._client.aclose(close_connection_pool=True)
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _until_gone(stream: OpenStream, watch: Watch, receive) -> None:
    async def notice_departure() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        watch.close()

    departure = asyncio.create_task(notice_departure())
    try:
        await stream.run()
    finally:
        departure.cancel()


def _and_let_go(function, *arguments):
    try:
        return function(*arguments)
    finally:
        # Each thread has connections of its own; eight kept here would exhaust a pool of eight.
        connections.close_all()


def _message_id(scope) -> uuid.UUID | None:
    path = scope["path"]
    if scope["method"] != "GET" or not path.startswith(PREFIX):
        return None
    text = path[len(PREFIX) :]
    try:
        message_id = uuid.UUID(text)
    except ValueError:
        return None
    return message_id if str(message_id) == text else None


def _header(scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _not_found(send) -> None:
    await _respond(send, 404, [(b"content-type", b"text/plain; charset=utf-8"), *PRIVATE], b"Not found")


async def _short(send, body: bytes) -> None:
    await _respond(send, 200, EVENT_STREAM, body)


async def _respond(send, status: int, headers: list, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
