"""Starts a few processes, passes on what they print, starts again what dies, and leaves nothing behind in the end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from beheard.local.errors import GroundProblem

RESTARTS = 5  # within RESTART_WINDOW seconds; one more death ends everything
RESTART_WINDOW = 300
STOP_SECONDS = 10


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float = 0.0


def say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Whoever read along has gone; that is no reason to stop.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


class Supervisor:
    """`report` is called with the pids whenever they change; `handed` names the open files that a child inherits."""

    def __init__(
        self,
        commands: dict[str, list[str]],
        environment: dict,
        report: Callable[[list[int]], None],
        handed: dict[str, list[int]] | None = None,
    ):
        self.children = [Child(name, command) for name, command in commands.items()]
        self.environment = environment
        self.report = report
        self.handed = handed or {}

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def look_after(self) -> None:
        """Starts again what has died. Raises GroundProblem for a process that keeps dying."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_at:
                    self._start(child)
            elif child.process.poll() is not None:
                self._has_died(child, now)

    def stop(self) -> None:
        """Asks all to end, waits, and kills what is left, grandchildren included."""
        running = [child for child in self.children if child.process]
        for child in running:
            _signal(child.process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in running:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _signal_group(child.process.pid, signal.SIGKILL)
            child.process.wait()
            child.process = None
        self.report([])

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the rest in order.
        child.process = subprocess.Popen(
            child.command,
            env=self.environment,
            pass_fds=self.handed.get(child.name, ()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        threading.Thread(target=_pass_on, args=(child.name, child.process.stdout), daemon=True).start()
        self.report([other.process.pid for other in self.children if other.process])

    def _has_died(self, child: Child, now: float) -> None:
        code = child.process.returncode
        _signal_group(child.process.pid, signal.SIGKILL)
        child.process = None
        child.deaths = [death for death in child.deaths if death > now - RESTART_WINDOW] + [now]
        if len(child.deaths) > RESTARTS:
            raise GroundProblem(f"{child.name} has ended {len(child.deaths)} times (exit code {code}); giving up.")
        pause = 2 ** (len(child.deaths) - 1)
        child.start_at = now + pause
        say(f"{child.name} has ended (exit code {code}); starting it again in {pause} s.")


def _pass_on(name: str, lines) -> None:
    with lines:
        for line in lines:
            say(f"{name:>6} | {line.rstrip()}")


def _signal(process: subprocess.Popen, number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass
