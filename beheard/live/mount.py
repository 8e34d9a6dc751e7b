"""Puts the streams beside Django in one ASGI application, with a lifespan."""

import asyncio
import signal

from beheard.live.app import LiveApp

PREFIX = "/live/"


class Mount:
    """`/live/…` goes to `live`, all other HTTP to `django`.

    A server that waits for open connections before it stops (uvicorn does) would wait for streams; so they are ended on
    SIGINT and SIGTERM, before the server's own handler runs.
    """

    def __init__(self, *, live: LiveApp, django):
        self._live = live
        self._django = django

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["path"].startswith(PREFIX):
            await self._live(scope, receive, send)
        else:
            await self._django(scope, receive, send)

    async def _lifespan(self, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._live.start()
                self._end_streams_on_signals()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._live.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            servers_own = signal.getsignal(number)
            if not callable(servers_own):
                continue

            def end_streams_first(number, frame, servers_own=servers_own):
                loop.call_soon_threadsafe(self._live.close_streams)
                servers_own(number, frame)

            try:
                signal.signal(number, end_streams_first)
            except ValueError:  # not the main thread: whoever runs this loop stops it
                return
