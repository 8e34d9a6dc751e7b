"""A browser's side of a stream, speaking ASGI to a real LiveApp; and the house that decides who may read."""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field

from beheard.live import sessions
from beheard.live.app import Grant, LiveApp, Pace
from beheard.live.broker import reply_key
from beheard.live.stream import ReplyStream

FAST = Pace(lifetime=20, heartbeat=0.15, recheck=0.2, quiet=10)


def seal(words: bytes) -> bytes:
    return bytes(byte ^ 0xA5 for byte in words)


class House:
    """One person's sign-in and their pending replies, in place of the authoriser of the floors above."""

    def __init__(self):
        self.session_key = f"session-{uuid.uuid4().hex}"
        self.message_id = uuid.uuid4()
        self.stored = False
        self.present = True
        self.authorised = 0
        self.rechecked = 0

    def app(self, pace: Pace = FAST) -> LiveApp:
        return LiveApp(self.authorise, still_signed_in=self.still_signed_in, pace=pace)

    def authorise(self, scope, message_id):
        self.authorised += 1
        cookie = f"sid={self.session_key}".encode()
        if message_id != self.message_id or (b"cookie", cookie) not in scope["headers"] or not self.present:
            return None
        return Grant(reply_key(message_id), seal, self.session_key, already_done=self.stored)

    def still_signed_in(self, session_key):
        self.rechecked += 1
        return self.present and session_key == self.session_key

    def writer(self) -> ReplyStream:
        return ReplyStream(reply_key(self.message_id), seal)

    def sign_out(self) -> None:
        self.present = False
        sessions.end(self.session_key)

    def browser(self, app) -> "Browser":
        return Browser(app, f"/live/reply/{self.message_id}", f"sid={self.session_key}")


@dataclass
class Answer:
    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False


class Browser:
    """Behaves as an EventSource: remembers the last id, comes back with it, shows chunks, clears at `restart`."""

    def __init__(self, app, path: str, cookie: str = ""):
        self.app, self.path, self.cookie = app, path, cookie
        self.last_event_id = ""
        self.events: list[tuple[str, dict]] = []
        self.shown: list[str] = []
        self.heartbeats = 0
        self.answer = Answer()
        self._news = asyncio.Event()

    @property
    def finished(self) -> bool:
        return any(name in ("done", "failed") for name, _ in self.events)

    @contextlib.asynccontextmanager
    async def connected(self, method: str = "GET"):
        """Connect, and go away at the end of the block."""
        answer = self.answer = Answer()
        gone = asyncio.Event()
        unread = b""

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            nonlocal unread
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], dict(message["headers"])
            elif not gone.is_set():  # what is sent to somebody who has gone is lost
                answer.body += message.get("body", b"")
                *events, unread = (unread + message.get("body", b"")).split(b"\n\n")
                for event in events:
                    self._hear(event.decode())
                answer.ended = not message.get("more_body", False)
            self._news.set()
            await asyncio.sleep(0)

        running = asyncio.create_task(self.app(self._scope(method), receive, send))
        try:
            yield self
        finally:
            gone.set()
            await asyncio.wait_for(running, 10)

    async def get(self, method: str = "GET") -> Answer:
        """Connect and read until the server ends the answer."""
        async with self.connected(method):
            await self.until(lambda: self.answer.ended)
        return self.answer

    async def until(self, condition, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.02)

    def _scope(self, method: str) -> dict:
        headers = [(b"host", b"localhost")]
        if self.cookie:
            headers.append((b"cookie", self.cookie.encode()))
        if self.last_event_id:
            headers.append((b"last-event-id", self.last_event_id.encode()))
        return {"type": "http", "method": method, "path": self.path, "query_string": b"", "headers": headers}

    def _hear(self, event: str) -> None:
        if event.startswith(":"):
            self.heartbeats += 1
            return
        fields = dict(line.split(": ", 1) for line in event.split("\n"))
        self.last_event_id = fields.get("id", self.last_event_id)
        if "event" not in fields:
            return
        name, data = fields["event"], json.loads(fields["data"])
        self.events.append((name, data))
        if name == "chunk":
            self.shown.append(data["text"])
        elif name == "restart":
            self.shown.clear()


def run(scenario) -> None:
    """Run a scenario, stopping its LiveApps' background work with its event loop."""
    asyncio.run(asyncio.wait_for(scenario, 60))
