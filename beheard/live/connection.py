"""One open stream: reads what is new, checks the sign-in, sends, waits."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from beheard.live.broker import TROUBLE, tombstone_key
from beheard.live.replay import Entry, EntryId, Replay, event_bytes
from beheard.live.sessions import session_tag
from beheard.live.wakeups import Watch

logger = logging.getLogger(__name__)

HEARTBEAT = b": \n\n"
PAGE = 100
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Grant:
    """Leave to read one stream, given once by the authoriser.

    `open` undoes `seal`; it holds the key and must not touch the database. With `already_done` the reply is stored, and
    the browser is only told to fetch it.
    """

    stream_key: str
    open: Callable[[bytes], bytes]
    session_key: str
    already_done: bool = False


@dataclass(frozen=True)
class Pace:
    """Seconds. A stream without an event for `quiet` closes, so that the browser comes back and the database is asked
    again whether the reply is stored: whatever was lost in Redis, the page recovers."""

    lifetime: float
    heartbeat: float = 15
    recheck: float = 15
    quiet: float = 60


class OpenStream:
    """Sends the events of one reply until it ends, the person goes, or the sign-in is over."""

    def __init__(
        self,
        *,
        grant: Grant,
        after: EntryId | None,
        client,
        watch: Watch,
        write: Callable[[bytes], Awaitable[None]],
        signed_in: Callable[[], Awaitable[bool]],
        pace: Pace,
    ):
        self._grant = grant
        self._replay = Replay(after)
        self._cursor: EntryId | None = None
        self._client = client
        self._watch = watch
        self._write = write
        self._signed_in = signed_in
        self._pace = pace
        self._tombstone = tombstone_key(session_tag(grant.session_key))
        now = asyncio.get_running_loop().time()
        self._last_sent = self._last_event = now
        # Streams that began together after a restart do not all ask the database in the same second.
        self._last_check = now - random.random() * pace.recheck
        self._pause = 0.0

    async def run(self) -> None:
        """Returns when the stream is over; never longer than the pace's lifetime."""
        try:
            async with asyncio.timeout(self._pace.lifetime):
                while await self._turn():
                    pass
        except TimeoutError:
            pass

    async def _turn(self) -> bool:
        """Look, send, wait for news. False when nothing more may or need be sent."""
        self._watch.begin_look()
        entries = await self._look()
        if entries is None or self._watch.over or not await self._checked():
            return False
        if not await self._send(entries):
            return False
        if len(entries) == PAGE:
            return True
        if self._now() - self._last_event >= self._pace.quiet:
            return False
        await self._beat()
        await self._watch.wait(self._pause or self._pace.heartbeat)
        return not self._watch.over

    async def _look(self) -> list[Entry] | None:
        """What is new; nothing while Redis is away; None when the session's tombstone is there."""
        start = f"({self._cursor}" if self._cursor else "-"
        try:
            async with self._client.pipeline(transaction=True) as pipeline:
                pipeline.xrange(self._grant.stream_key, min=start, count=PAGE)
                pipeline.exists(self._tombstone)
                rows, is_over = await pipeline.execute()
        except TROUBLE as trouble:
            logger.warning("A stream could not be read: %s", type(trouble).__name__)
            self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            return []
        self._pause = 0.0
        return None if is_over else [Entry.read(*row) for row in rows]

    async def _checked(self) -> bool:
        """Asks the session itself now and then: the tombstone may have been lost."""
        if self._now() - self._last_check < self._pace.recheck:
            return True
        self._last_check = self._now()
        return await self._signed_in()

    async def _send(self, entries: list[Entry]) -> bool:
        for entry in entries:
            self._cursor = entry.id
            event = self._replay.take(entry)
            if event is None:
                continue
            data = self._data(event, entry)
            if self._watch.over:
                return False
            await self._write(event_bytes(event, data, entry.id))
            self._last_sent = self._last_event = self._now()
            if self._replay.finished:
                return False
        return True

    def _data(self, event: str, entry: Entry) -> dict:
        if event == "chunk":
            return {"text": self._grant.open(entry.text).decode("utf-8", "replace")}
        return {"code": entry.code.decode()} if event == "failed" else {}

    async def _beat(self) -> None:
        if self._now() - self._last_sent >= self._pace.heartbeat:
            await self._write(HEARTBEAT)
            self._last_sent = self._now()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
