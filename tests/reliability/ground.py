"""Servers, workers and a clock of their own, which a test may kill. All on loopback, each ended by its own pid."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import redis as redis_client
from celery import Celery
from kombu.exceptions import OperationalError

from beheard.local.postgres import Postgres
from beheard.local.redis import Redis
from beheard.local.servers import FAST_AND_LOOSE

PACE_SECONDS = "0.12"  # between pieces of a reply: long enough to be interrupted
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--app", "beheard.celery", "--quiet"]
START_SECONDS = 90


def wait_for(what: str, condition: Callable[[], object], seconds: float = 30) -> float:
    """Wait until the condition holds; returns how long that took."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - begun


@dataclass
class Process:
    """One process of our own and its children."""

    command: list[str]
    environment: dict
    log: Path
    running: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.running.pid).children(recursive=True)

    def kill_children(self) -> None:
        for child in self.children():
            child.kill()

    def kill(self) -> None:
        """SIGKILL to it and all its children at once."""
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(10)

    def end(self) -> None:
        if self.running is None:
            return
        if self.running.poll() is None:
            self.running.terminate()
            try:
                self.running.wait(8)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.running.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.running.wait(10)
        self.running = None


@dataclass
class Ground:
    """A PostgreSQL, a Redis, workers and beat, that belong to one test module."""

    folder: Path
    environment: dict = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    web: Process | None = None

    def __post_init__(self):
        self.postgres = Postgres(self.folder, FAST_AND_LOOSE)
        self.redis = Redis(self.folder)

    # --- processes
    def process(self, name: str, command: list[str]) -> Process:
        process = Process(command, self.environment, self.folder / f"{name}.log")
        self.processes.append(process)
        process.start()
        return process

    def any_worker(self) -> Process:
        """The worker that is running, or a new one."""
        workers = [process for process in self.processes if "worker" in process.command and process.is_running()]
        return workers[-1] if workers else self.worker()

    def worker(self) -> Process:
        """A new worker that takes tasks by the time this returns."""
        pool = ["--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        name = f"worker{len(self.processes)}"
        worker = self.process(name, [*CELERY, "worker", *pool, "--hostname", f"{name}@test", "--loglevel", "WARNING"])
        wait_for("the worker", lambda: self.answers(f"{name}@test"), START_SECONDS)
        return worker

    def beat(self) -> Process:
        schedule = str(self.folder / "schedule")
        return self.process("beat", [*CELERY, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"])

    def answers(self, name: str) -> bool:
        try:
            with Celery(broker=self.redis.url, set_as_current=False) as app:
                return bool(app.control.ping(destination=[name], timeout=0.5))
        except (OperationalError, redis_client.RedisError, OSError):  # a connection from before Redis ended
            return False

    def end(self) -> None:
        for process in self.processes:
            process.end()
        for log in [*sorted(self.folder.glob("*.log")), self.postgres.log]:  # shown when a test failed
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-6000:]}")
        self.redis.stop()
        self.postgres.stop()

    # --- servers
    def kill_redis(self) -> None:
        pid = int((self.redis.folder / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        wait_for("the end of Redis", lambda: not self.redis.is_running())

    @contextmanager
    def frozen_redis(self) -> Iterator[None]:
        """It takes connections and answers nobody."""
        pid = int((self.redis.folder / "pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill_postgres(self) -> None:
        """As after a power cut: no checkpoint, no good-bye to anyone."""
        pid = int((self.postgres.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        wait_for("the end of PostgreSQL", lambda: not psutil.pid_exists(pid) or _is_zombie(pid))

    # --- what can be seen of a reply
    def pieces(self, message_id) -> int:
        with redis_client.Redis.from_url(self.redis.url) as client:
            return client.xlen(f"reply:{message_id}")


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
