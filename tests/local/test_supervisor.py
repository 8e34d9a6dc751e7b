import os
import sys
import time

import psutil
import pytest

from beheard.local import supervisor as module
from beheard.local.errors import GroundProblem
from beheard.local.supervisor import Supervisor

FOREVER = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
WITH_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {FOREVER!r}]).wait()"


@pytest.fixture
def supervise():
    started = []

    def start(*scripts):
        commands = {f"part{number}": [sys.executable, "-c", script] for number, script in enumerate(scripts)}
        started.append(Supervisor(commands, dict(os.environ), reported.append))
        started[-1].start()
        return started[-1]

    reported = []
    start.reported = reported
    yield start
    for supervisor in started:
        supervisor.stop()


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_what_dies_is_started_again_after_a_pause(supervise, monkeypatch, capsys):
    supervisor = supervise(FOREVER)
    first = supervisor.children[0].process
    first.kill()
    first.wait()
    supervisor.look_after()
    assert supervisor.children[0].process is None
    until(lambda: supervisor.look_after() or supervisor.children[0].process)
    assert supervisor.children[0].process.pid != first.pid
    assert "part0 has ended" in capsys.readouterr().out


def test_what_keeps_dying_is_given_up(supervise, monkeypatch):
    monkeypatch.setattr(module, "RESTARTS", 1)
    supervisor = supervise("raise SystemExit(3)")
    with pytest.raises(GroundProblem, match="exit code 3"):
        until(lambda: supervisor.look_after())


def test_stopping_leaves_no_grandchild(supervise):
    supervisor = supervise(WITH_CHILD)
    parent = psutil.Process(supervisor.children[0].process.pid)
    until(parent.children)
    grandchild = parent.children()[0].pid
    supervisor.stop()
    until(lambda: gone(grandchild))
    assert supervise.reported[-1] == []


def test_who_does_not_listen_is_killed(supervise, monkeypatch, capsys):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.5)
    supervisor = supervise(STUBBORN)
    printed = []
    until(lambda: printed.append(capsys.readouterr().out) or "deaf" in "".join(printed))
    pid = supervisor.children[0].process.pid
    supervisor.stop()
    assert gone(pid)


def test_what_they_print_is_passed_on_with_their_name(supervise, capsys):
    supervise("print('good morning')")
    printed = []
    until(lambda: printed.append(capsys.readouterr().out) or " part0 | good morning" in "".join(printed))
