import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from beheard.local.errors import GroundProblem
from beheard.local.postgres import Postgres

START = "import sys; from pathlib import Path; from beheard.local.postgres import Postgres; "
START += "print(Postgres(Path(sys.argv[1]), ('fsync=off',)).start())"


@pytest.fixture
def postgres(data_folder):
    return Postgres(data_folder, ("fsync=off",))


def start_elsewhere(folder: Path) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", START, str(folder)], stdout=subprocess.PIPE, text=True)


def postmaster(postgres: Postgres) -> int:
    return int((postgres.data / "postmaster.pid").read_text().split()[0])


def kill(postgres: Postgres) -> None:
    os.kill(postmaster(postgres), signal.SIGKILL)
    until = time.monotonic() + 10
    while postgres.is_running() and time.monotonic() < until:
        time.sleep(0.05)


def test_it_is_started_once_and_outlives_the_process_that_started_it(postgres, data_folder):
    starter = start_elsewhere(data_folder)
    assert starter.communicate()[0] == "True\n"
    pid = postmaster(postgres)
    assert postgres.is_running()
    assert postgres.start() is False
    assert postmaster(postgres) == pid


def test_two_processes_at_once_start_one_server(postgres, data_folder):
    starters = [start_elsewhere(data_folder) for _ in range(2)]
    assert sorted(starter.communicate()[0] for starter in starters) == ["False\n", "True\n"]
    assert postgres.is_running()


def test_a_killed_server_is_started_again_with_its_data(postgres):
    postgres.start()
    with postgres.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    kill(postgres)
    assert not postgres.is_running()
    assert postgres.start() is True
    with postgres.connect() as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_stale_pid_file_naming_a_living_process_is_no_obstacle(postgres):
    postgres.start()
    postgres.stop()
    lines = [os.getpid(), postgres.data, int(time.time()), 5432, postgres.socket_folder, "", "0 0", "ready"]
    (postgres.data / "postmaster.pid").write_text("\n".join(map(str, lines)) + "\n")
    assert postgres.start() is True
    assert postmaster(postgres) != os.getpid()


def test_a_first_start_that_was_killed_is_begun_again(postgres):
    unfinished = postgres.home / f"data-{postgres.version}.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert postgres.start() is True
    assert not unfinished.exists()


def test_a_server_whose_folder_was_deleted_is_ended_before_the_next_one_is_made(postgres):
    """A minute later it would notice by itself, and take the socket of the new one with it."""
    postgres.start()
    bereft = psutil.Process(postmaster(postgres))
    shutil.rmtree(postgres.folder)
    assert postgres.start() is True
    assert not bereft.is_running()
    with postgres.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_nobody_else_can_reach_the_socket(postgres):
    postgres.start()
    assert postgres.socket_folder.stat().st_mode & 0o077 == 0
    with postgres.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_folder_too_deep_for_a_socket_gets_one_elsewhere(data_folder):
    deep = data_folder / ("deep-" * 20)
    deep.mkdir(mode=0o711)
    postgres = Postgres(deep, ("fsync=off",))
    try:
        assert postgres.start() is True
        assert not postgres.socket_folder.is_relative_to(deep)
    finally:
        postgres.stop()
        postgres.socket_folder.rmdir()


def test_what_went_wrong_is_one_sentence_with_the_place_of_the_log(data_folder):
    with pytest.raises(GroundProblem, match=r"could not start .*log") as problem:
        Postgres(data_folder, ("no_such_setting=1",)).start()
    assert "\n" not in str(problem.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(data_folder):
    os.chown(data_folder, 65534, 65534)
    with pytest.raises(GroundProblem, match="belongs to another user"):
        Postgres(data_folder).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
def test_root_does_not_open_a_closed_folder_to_everybody(tmp_path):
    tmp_path.parent.chmod(0o700)
    with pytest.raises(GroundProblem, match="BEHEARD_DATA"):
        Postgres(tmp_path / "data").start()
    assert tmp_path.parent.stat().st_mode & 0o077 == 0
