import os
import pwd
import subprocess

import pytest

from beheard.local import installation
from beheard.local.installation import binaries

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
NOBODY = pwd.getpwnam("nobody")


def test_binaries_nobody_else_can_reach_are_copied_and_run_from_there(data_folder, monkeypatch):
    monkeypatch.setattr(installation, "_readable_to_all", lambda folder: False)
    copied = binaries(18, data_folder, NOBODY)
    assert copied.is_relative_to(data_folder)
    command = [copied / "postgres", "--version"]
    as_nobody = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
    answer = subprocess.run(command, capture_output=True, text=True, cwd="/", **as_nobody)
    assert answer.stdout.startswith("postgres (PostgreSQL) 18"), answer.stderr


def test_a_copy_that_was_interrupted_is_made_again(data_folder, monkeypatch):
    monkeypatch.setattr(installation, "_readable_to_all", lambda folder: False)
    finished = binaries(18, data_folder, NOBODY).parents[2]
    finished.rename(finished.with_name(finished.name + ".new"))
    assert (binaries(18, data_folder, NOBODY) / "initdb").exists()


def test_binaries_within_reach_stay_where_they_are(data_folder, monkeypatch):
    monkeypatch.setattr(installation, "_readable_to_all", lambda folder: True)
    assert not binaries(18, data_folder, NOBODY).is_relative_to(data_folder)
