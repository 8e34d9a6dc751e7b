"""One `make run` at a time, and what the next one must know about one that was killed."""

import fcntl
import json
import os
import signal
from contextlib import contextmanager
from pathlib import Path

import psutil

from beheard.local.errors import GroundProblem
from beheard.local.folders import write_private


class Running:
    """What this run has started, written down as it happens."""

    def __init__(self, file: Path):
        self.file = file
        self.state = {"pid": os.getpid(), "started_servers": False, "address": "", "children": []}

    @property
    def started_servers(self) -> bool:
        return self.state["started_servers"]

    def note_servers(self) -> None:
        self._note(started_servers=True)

    def note_address(self, address: str) -> None:
        self._note(address=address)

    def note_children(self, pids: list[int]) -> None:
        self._note(children=[[pid, _created(pid)] for pid in pids])

    def _note(self, **changes) -> None:
        self.state |= changes
        write_private(self.file, json.dumps(self.state))


@contextmanager
def only_one(folder: Path):
    """Yields a Running, having ended what a killed run left. Raises GroundProblem while another run is alive."""
    file = folder / "run.json"
    with (folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundProblem(already_running(folder)) from None
        before = _read(file)
        for pid, created in before.get("children", []):
            _end(pid, created)
        running = Running(file)
        if before.get("started_servers"):
            running.note_servers()
        yield running
        file.unlink(missing_ok=True)


def already_running(folder: Path) -> str | None:
    """A sentence about the run that lives, or None."""
    with (folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            state = _read(folder / "run.json")
            where = f" at {state['address']}" if state.get("address") else ""
            pid = state.get("pid", "unknown")
            return f"BeHeard already runs{where} (process {pid}). Ctrl-C in its terminal, or kill {pid}, stops it."
    return None


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def _created(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def _end(pid: int, created: float) -> None:
    """Kills the process group of a child whose run is gone, unless its number has passed to another process."""
    if created and abs(_created(pid) - created) < 1:
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
