"""Open streams per web process (DESIGN §10): memory, threads, database connections held, and how long a word travels.

`measure()` starts one uvicorn process with the whole of Django in it, opens the streams over the loopback interface,
writes words to them one at a time as workers do, and stops.
"""

import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass

STREAMS = 1_000
WORDS = 1_000
LIMIT_SECONDS = 120
START_SECONDS = 30
MEGABYTE = 2**20


@dataclass(frozen=True)
class StreamFigures:
    streams: int
    memory_before_mb: float
    memory_mb: float
    threads: int
    connections_held: int
    median_ms: float
    p95_ms: float

    @property
    def meets_target(self) -> bool:
        """DESIGN §10: 1,000 streams in <= 200 MB, and red is any database connection held."""
        return self.memory_mb <= 200 and self.connections_held == 0

    def __str__(self) -> str:
        return (
            f"{self.streams} open streams in one process: {self.memory_mb:.0f} MB resident "
            f"({self.memory_before_mb:.0f} before), {self.threads} threads, {self.connections_held} database "
            f"connections held, a word arrives after {self.median_ms:.1f} ms (median; p95 {self.p95_ms:.1f} ms)"
        )


# --- the server's side --------------------------------------------------------------------------


def application():
    """The factory that uvicorn calls: beheard.asgi, but its authoriser asks the database and lets anybody in."""
    from django.core.asgi import get_asgi_application

    from beheard.live.app import Grant, LiveApp
    from beheard.live.broker import reply_key
    from beheard.live.mount import Mount

    def authorise(scope, message_id):
        ask_the_database()
        return Grant(reply_key(message_id), bytes, session_key=str(message_id))

    def still_signed_in(session_key):
        return ask_the_database()

    django = get_asgi_application()
    mount = Mount(live=LiveApp(authorise, still_signed_in=still_signed_in), django=django)

    async def with_figures(scope, receive, send):
        if scope.get("path") != "/figures":
            await mount(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": json.dumps(own_figures()).encode()})

    return with_figures


def ask_the_database() -> bool:
    from django.db import connection

    from beheard.rls import no_actor

    with no_actor(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def own_figures() -> dict:
    import psutil
    from django.db import connection

    process, pool = psutil.Process(), connection.pool.get_stats()
    return {
        "memory": process.memory_info().rss / MEGABYTE,
        "threads": process.num_threads(),
        "held": pool["pool_size"] - pool["pool_available"],
    }


# --- the browsers' and the worker's side ----------------------------------------------------------


def measure(environment: dict, *, streams: int = STREAMS, words: int = WORDS) -> StreamFigures:
    """Takes about ten seconds; never longer than LIMIT_SECONDS. `environment` is the web process's; Django must be set up."""
    allow_open_files(streams * 2 + 200)
    with web_process(environment) as port:
        return asyncio.run(asyncio.wait_for(_measure(port, streams, words), LIMIT_SECONDS))


async def _measure(port: int, streams: int, words: int) -> StreamFigures:
    before = await figures_of(port)
    arrivals: list[float] = []
    readers = {uuid.uuid4(): asyncio.Event() for _ in range(streams)}
    reading = [asyncio.create_task(read(port, message_id, arrivals, began)) for message_id, began in readers.items()]
    writers = {message_id: writer_for(message_id) for message_id in readers}
    await asyncio.to_thread(lambda: [writer.chunk(stamp()) for writer in writers.values()])
    await asyncio.gather(*(began.wait() for began in readers.values()))
    arrivals.clear()
    await asyncio.to_thread(write_words, list(writers.values()), words)
    during = await settled_figures_of(port)
    await asyncio.to_thread(lambda: [writer.done() for writer in writers.values()])
    await asyncio.gather(*reading)
    if len(arrivals) != words:
        raise RuntimeError(f"{words} words were written, {len(arrivals)} arrived")
    return StreamFigures(
        streams=streams,
        memory_before_mb=before["memory"],
        memory_mb=during["memory"],
        threads=during["threads"],
        connections_held=during["held"],
        median_ms=statistics.median(arrivals) * 1_000,
        p95_ms=statistics.quantiles(arrivals, n=20)[-1] * 1_000,
    )


def writer_for(message_id: uuid.UUID):
    from beheard.live.broker import reply_key
    from beheard.live.stream import ReplyStream

    writer = ReplyStream(reply_key(message_id), bytes)
    writer.start(1)
    return writer


def write_words(writers: list, words: int) -> None:
    chance = random.Random(1)
    for _ in range(words):
        chance.choice(writers).chunk(stamp())
        time.sleep(0.003)


def stamp() -> str:
    return str(time.monotonic())


async def read(port: int, message_id: uuid.UUID, arrivals: list[float], began: asyncio.Event) -> None:
    """One browser's page: read until the server ends the stream."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET /live/reply/{message_id} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"data: ") and (text := json.loads(line[6:]).get("text")):
                arrivals.append(time.monotonic() - float(text))
                began.set()
    finally:
        writer.close()


async def figures_of(port: int) -> dict:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /figures HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        answer = await reader.read()
    finally:
        writer.close()
    return json.loads(answer[answer.index(b"{") : answer.index(b"}") + 1])


async def settled_figures_of(port: int) -> dict:
    """A stream asks now and then whether its sign-in still stands; a connection borrowed for that is not held."""
    samples = []
    for _ in range(5):
        samples.append(await figures_of(port))
        await asyncio.sleep(0.05)
    return {name: (min if name == "held" else max)(sample[name] for sample in samples) for name in samples[0]}


@contextlib.contextmanager
def web_process(environment: dict):
    """One uvicorn process on a free loopback port; stopped, and killed if it will not stop."""
    port = free_port()
    options = ["--port", str(port), "--backlog", "2048", "--log-level", "warning", "--no-access-log"]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "--factory", "tests.benchmarks.streams:application", *options],
        env={"DJANGO_SETTINGS_MODULE": "beheard.settings", **environment},
    )
    try:
        wait_until_it_answers(process, port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def allow_open_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
    django.setup()
    print(measure(os.environ))
