import json
import subprocess
import sys

import pytest

from beheard.local.errors import GroundProblem
from beheard.local.running import already_running, only_one

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_second_run_hears_where_the_first_one_is(tmp_path):
    with only_one(tmp_path) as running:
        running.note_address("http://localhost:8123")
        with pytest.raises(GroundProblem, match="already runs at http://localhost:8123"), only_one(tmp_path):
            pass
        assert "8123" in already_running(tmp_path)
    assert already_running(tmp_path) is None


def test_the_children_of_a_killed_run_are_ended_by_the_next(tmp_path):
    child = subprocess.Popen(SLEEP, start_new_session=True)
    with only_one(tmp_path) as running:
        running.note_servers()
        running.note_children([child.pid])
        left = (tmp_path / "run.json").read_text()
    (tmp_path / "run.json").write_text(left)
    with only_one(tmp_path) as running:
        assert child.wait(10) != 0
        assert running.started_servers


def test_a_process_that_only_has_the_same_number_is_left_alone(tmp_path):
    other = subprocess.Popen(SLEEP, start_new_session=True)
    (tmp_path / "run.json").write_text(json.dumps({"children": [[other.pid, 1.0]]}))
    with only_one(tmp_path):
        assert other.poll() is None
    other.kill()
    other.wait()


def test_a_torn_note_is_no_obstacle(tmp_path):
    (tmp_path / "run.json").write_text('{"pid": 1')
    with only_one(tmp_path) as running:
        assert not running.started_servers
