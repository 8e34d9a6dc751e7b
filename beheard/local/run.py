"""`make run`: everything BeHeard needs, on one machine, in one terminal. Ctrl-C ends all of it."""

import errno
import http.client
import os
import signal
import socket
import sys
import time
import traceback
from io import StringIO
from pathlib import Path

from beheard.local.errors import GroundProblem
from beheard.local.folders import data_folder, own_data_folder
from beheard.local.running import Running, only_one
from beheard.local.servers import servers
from beheard.local.supervisor import Supervisor, say

BASE = Path(__file__).resolve().parents[2]
WEB_SECONDS = WORKER_SECONDS = 90
PORTS_TO_TRY = 50


class StopRequested(BaseException):
    """Ctrl-C, or somebody asked the process to end."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)
    folder = data_folder(BASE)
    try:
        own_data_folder(folder)
        with only_one(folder) as running:
            return run(folder, running)
    except StopRequested:
        return 0
    except GroundProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def run(folder: Path, running: Running) -> int:
    """Runs until asked to stop (0) or until something can't be made to run (1)."""
    supervisor = None
    try:
        start_servers(folder, running)
        door = open_door(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
        port = door.getsockname()[1]
        environment = web_environment(port)
        sign_ins = prepare(folder)
        handed = {"web": [door.fileno()]}
        supervisor = Supervisor(commands(folder, door.fileno()), environment, running.note_children, handed)
        say("Starting the web server, the worker and the clock.")
        supervisor.start()
        wait_until_ready(supervisor, port)
        running.note_address(environment["BASE_URL"])
        say(f"\nBeHeard is ready: {environment['BASE_URL']}\n{sign_ins}Ctrl-C stops it.\n")
        watch(supervisor, folder)
        return 0
    finally:
        # Asked once is enough: a second Ctrl-C must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("\nStopping.")
        if supervisor:
            supervisor.stop()
        if running.started_servers:
            servers(folder).stop()
        say("Stopped. Everything that was written is kept.")


def _request_stop(number, frame):
    raise StopRequested


# --- steps -------------------------------------------------------------------------------------------------------


def embedded() -> dict:
    """Which of the servers are ours to run."""
    return {"postgres": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}


def start_servers(folder: Path, running: Running) -> None:
    if not any(embedded().values()):
        return
    say(f"Starting the database and the queue; their data is in {folder}")
    # Noted before they start: killed in between, the next run still knows that they are ours.
    expected = not running.started_servers and not servers(folder).redis.is_running()
    if expected:
        running.note_servers()
    if servers(folder).start(**embedded()):
        running.note_servers()


def prepare(folder: Path) -> str:
    """Migrates, loads what there is to load, collects static files; returns the demo's sign-ins as text."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
    say("Preparing the database, the library and the demo.")
    try:
        django.setup()
        return _run_commands()
    except Exception as problem:
        if isinstance(problem, GroundProblem):
            raise
        details = folder / "failed-start.log"
        details.write_text(traceback.format_exc())
        first_line = str(problem).strip().splitlines()[:1] or [""]
        reason = f"{type(problem).__name__}: {first_line[0]}"
        raise GroundProblem(f"BeHeard could not be prepared ({reason}). The details are in {details}.") from None


def _run_commands() -> str:
    from django.core.management import call_command, get_commands
    from django.db import connections

    call_command("check", fail_level="ERROR", stdout=StringIO(), stderr=StringIO())
    call_command("migrate", verbosity=0, interactive=False)
    demo = StringIO()
    for command, output in (("load_library", StringIO()), ("load_demo", demo)):
        if command in get_commands():
            call_command(command, stdout=output)
    call_command("collectstatic", verbosity=0, interactive=False)
    for connection in connections.all():
        connection.close()
        connection.close_pool()
    return f"\n{demo.getvalue().strip()}\n\n" if demo.getvalue().strip() else ""


def open_door(host: str, first: int) -> socket.socket:
    """Listens on the first port from `first` on that nobody else has; says so when it is another one.

    The socket stays ours until the end, and each web server is handed it: nobody can take the port while the database
    is prepared or the web server starts again, and whoever knocks then waits instead of being turned away.
    """
    for port in range(first, first + PORTS_TO_TRY):
        if door := _listen(host, port):
            if port != first:
                say(f"Port {first} is in use by another program; using {port}. (PORT=… make run chooses another.)")
            return door
    raise GroundProblem(
        f"The ports {first} to {first + PORTS_TO_TRY - 1} are all in use. Choose one: PORT=9000 make run"
    )


def _listen(host: str, port: int) -> socket.socket | None:
    try:
        door = socket.create_server((host, port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return None
        raise GroundProblem(f"BeHeard can't listen on port {port} of {host}: {problem.strerror}.") from None
    # Uvicorn takes what it is handed for a Unix socket and does not set this; the connections inherit it.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def web_environment(port: int) -> dict:
    """For this process and its children: settings read the address from it."""
    os.environ["PORT"] = str(port)
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
    os.environ["PYTHONUNBUFFERED"] = "1"
    return dict(os.environ)


def commands(folder: Path, door: int) -> dict[str, list[str]]:
    python = sys.executable
    schedule = folder / "beat-schedule"
    for old in folder.glob("beat-schedule*"):
        old.unlink()
    # No access log: addresses of invitations are secrets.
    web = ["-m", "uvicorn", "beheard.asgi:application", "--fd", str(door), "--no-access-log"]
    web += ["--log-level", "warning", "--timeout-graceful-shutdown", "3"]
    # Root on a machine of one's own is no news, and every line here should matter.
    celery = ["-W", "ignore:You're running the worker", "-m", "celery", "--app", "beheard.celery", "--quiet"]
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--schedule", str(schedule), "--pidfile="]
    quiet = ["--loglevel", os.environ.get("LOG_LEVEL", "WARNING")]
    return {"web": [python, *web], "worker": [python, *worker, *quiet], "beat": [python, *beat, *quiet]}


def wait_until_ready(supervisor: Supervisor, port: int) -> None:
    from beheard.celery import app

    wait_for("The web server", lambda: web_answers(port), supervisor, WEB_SECONDS)
    wait_for("The worker", lambda: app.control.ping(timeout=0.5), supervisor, WORKER_SECONDS)


def wait_for(name: str, condition, supervisor: Supervisor, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        supervisor.look_after()
        if time.monotonic() > until:
            raise GroundProblem(f"{name} does not answer after {seconds:.0f} seconds; its lines above may say why.")
        time.sleep(0.1)


def web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def watch(supervisor: Supervisor, folder: Path) -> None:
    """Until somebody stops us: whatever ends is started again, the embedded servers too."""
    while True:
        time.sleep(0.5)
        supervisor.look_after()
        if any(embedded().values()) and servers(folder).start(**embedded()):
            say("The database or the queue had ended and has been started again.")


if __name__ == "__main__":
    sys.exit(main())
