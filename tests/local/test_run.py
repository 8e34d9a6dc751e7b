"""The whole of `make run`, as a person would meet it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import psutil
import pytest
from django.conf import settings

from beheard.local import run as module
from beheard.local.errors import GroundProblem
from beheard.local.running import already_running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("make run")]
READY = re.compile(r"BeHeard is ready: (http://localhost:\d+)")
NOT_PASSED_ON = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "BASE_URL"}


class Run:
    """`make run` on a data folder of its own, and what it has printed."""

    def __init__(self, folder, **variables):
        clean = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        clean |= {"BEHEARD_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "beheard.settings", "PORT": "8700"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "beheard.local.run"],
            cwd=settings.BASE_DIR,
            env=clean | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.printed += line

    def wait_for(self, text, seconds=120):
        until = time.monotonic() + seconds
        while text not in self.printed:
            assert self.process.poll() is None and time.monotonic() < until, self.printed
            time.sleep(0.1)

    def address(self):
        self.wait_for("BeHeard is ready")
        return READY.search(self.printed)[1]

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def run(data_folder):
    started = []

    def start(**variables):
        started.append(Run(data_folder, **variables))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()


def left_behind(folder):
    """Processes that name the folder in their arguments or environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            found.append(process.cmdline())
    return found


def answer(address):
    with urllib.request.urlopen(address, timeout=10) as response:
        return response.status


def test_these_run_one_after_another(request):
    # They share a port. Some pytest and pytest-xdist together ignore the mark without a word.
    if "PYTEST_XDIST_WORKER" in os.environ and request.config.option.loadgroup:
        assert request.node.nodeid.endswith("@make run")


def test_it_answers_and_ctrl_c_leaves_nothing_behind(run, data_folder):
    first = run()
    assert answer(first.address()) == 200
    # Only for who comes from this machine: the address of who asks arrives through the socket that was handed on.
    assert answer(first.address() + "/outbox/") == 200
    assert answer(first.address() + "/static/css/base.css") == 200
    assert left_behind(data_folder)
    assert first.stop() == 0
    assert left_behind(data_folder) == []
    assert "Traceback" not in first.printed and "Warning" not in first.printed

    again = run()
    again.address()
    assert again.stop(signal.SIGTERM) == 0
    assert left_behind(data_folder) == []


def test_a_port_in_use_is_named_and_the_next_one_taken(run):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 8700))
        other.listen()
        started = run()
        assert started.address() == "http://localhost:8701"
        assert "Port 8700 is in use" in started.printed
        assert answer(started.address()) == 200


def test_what_is_killed_comes_back(run, data_folder):
    started = run()
    started.wait_for("Preparing")
    with pytest.raises(OSError, match="in use"):
        socket.create_server(("127.0.0.1", 8700))
    address = started.address()
    os.kill(int((data_folder / "postgres" / "data-18" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    started.wait_for("has been started again")
    [web] = [p for p in psutil.Process(started.process.pid).children() if "uvicorn" in p.cmdline()]
    web.kill()
    started.wait_for("web has ended")
    until = time.monotonic() + 30
    while not module.web_answers(int(address.rsplit(":", 1)[1])):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert started.stop() == 0
    assert left_behind(data_folder) == []


def test_a_killed_run_is_cleared_up_by_the_next(run, data_folder):
    killed = run()
    killed.address()
    orphans = psutil.Process(killed.process.pid).children(recursive=True)
    killed.process.kill()
    killed.process.wait()
    run().address()
    psutil.wait_procs(orphans, timeout=10)
    assert not [orphan for orphan in orphans if orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE]


def test_a_first_start_killed_in_the_middle_is_repaired(run, data_folder):
    for pause in (0.4, 1.5, 3):
        interrupted = run()
        time.sleep(pause)
        interrupted.process.kill()
        interrupted.process.wait()
    completed = run()
    assert answer(completed.address()) == 200
    assert "Traceback" not in completed.printed


def test_ctrl_c_during_the_first_start_stops_it_quietly(run, data_folder):
    started = run()
    started.wait_for("Preparing")
    assert started.stop() == 0
    assert "Traceback" not in started.printed
    assert left_behind(data_folder) == []
    assert already_running(data_folder) is None


def test_what_can_not_be_prepared_is_one_sentence_and_a_place_to_look(data_folder, monkeypatch):
    def fail():
        raise ValueError("first line\nsecond line")

    monkeypatch.setattr(module, "_run_commands", fail)
    with pytest.raises(GroundProblem, match=r"ValueError: first line\)") as problem:
        module.prepare(data_folder)
    assert "second line" not in str(problem.value)
    assert "second line" in (data_folder / "failed-start.log").read_text()


def test_when_every_port_is_taken_it_says_how_to_choose(monkeypatch):
    monkeypatch.setattr(module, "PORTS_TO_TRY", 1)
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(GroundProblem, match="PORT=9000 make run"):
        module.open_door("127.0.0.1", other.getsockname()[1])


def test_an_address_that_is_not_ours_is_one_sentence():
    with pytest.raises(GroundProblem, match=r"can't listen on port 8700 of 192\.0\.2\.1: "):
        module.open_door("192.0.2.1", 8700)
