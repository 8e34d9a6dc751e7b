"""One subscriber for a whole process: which stream grew, whose sign-in is over."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from beheard.live.broker import ENDED, GREW, TROUBLE, listening_broker

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 15
LONGEST_PAUSE_SECONDS = 5.0


class Watch:
    """What one open stream waits for. `over` stays true once the person, the page or the server has gone."""

    __slots__ = ("_news", "over")

    def __init__(self):
        self._news = asyncio.Event()
        self.over = False

    def wake(self) -> None:
        self._news.set()

    def close(self) -> None:
        self.over = True
        self._news.set()

    def begin_look(self) -> None:
        """Before reading: what grows from here on will wake again."""
        self._news.clear()

    async def wait(self, seconds: float) -> None:
        if self.over:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()


class Wakeups:
    """Hears the announcements and wakes the streams they concern; after any interruption it wakes all of them.

    An announcement may be lost, so a stream also looks by itself at every heartbeat.
    """

    def __init__(self):
        self._by_stream: dict[str, set[Watch]] = defaultdict(set)
        self._by_session: dict[str, set[Watch]] = defaultdict(set)
        self._listener: asyncio.Task | None = None

    @contextmanager
    def watching(self, stream_key: str, session_tag: str) -> Iterator[Watch]:
        self.start()
        watch = Watch()
        places = ((self._by_stream, stream_key), (self._by_session, session_tag))
        for place, name in places:
            place[name].add(watch)
        try:
            yield watch
        finally:
            for place, name in places:
                place[name].discard(watch)
                if not place[name]:
                    del place[name]

    def open_for(self, session_tag: str) -> int:
        return len(self._by_session.get(session_tag, ()))

    def all(self) -> list[Watch]:
        return [watch for watches in self._by_stream.values() for watch in watches]

    def close_all(self) -> None:
        for watch in self.all():
            watch.close()

    def start(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self._listener:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                async with listening_broker() as client, client.pubsub() as subscription:
                    await subscription.subscribe(GREW, ENDED)
                    async for message in self._messages(subscription):
                        pause = 0.1
                        self._hear(message)
            except TROUBLE as trouble:
                logger.warning("Listening to Redis was interrupted: %s", type(trouble).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _messages(self, subscription):
        """Messages until the connection is found dead: silence is answered with a ping, more silence ends it."""
        asked = False
        while True:
            message = await subscription.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                asked = False
                yield message
            elif asked:
                return
            else:
                await subscription.ping()
                asked = True

    def _hear(self, message: dict) -> None:
        kind, channel, name = message["type"], _text(message["channel"]), _text(message["data"])
        if kind == "subscribe":
            for watch in self.all():
                watch.wake()
        elif kind == "message" and channel == GREW:
            for watch in self._by_stream.get(name, ()):
                watch.wake()
        elif kind == "message" and channel == ENDED:
            for watch in self._by_session.get(name, ()):
                watch.close()


def _text(value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
