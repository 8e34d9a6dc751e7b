import subprocess
import sys
from pathlib import Path

import pytest

from beheard.local import install


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A folder with an empty list of requirements, installed into by this process."""
    monkeypatch.setattr(install, "BASE", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


@pytest.mark.slow
def test_it_installs_once_and_again_after_an_interruption(clone, monkeypatch):
    install.main("requirements.txt")
    installed = []
    monkeypatch.setattr(install, "install", lambda wanted: installed.append(wanted.name) or True)
    install.main("requirements.txt")
    assert installed == []
    (clone / "requirements.txt").write_text("# something else\n")
    install.main("requirements.txt")
    assert installed == ["requirements.txt"]
    install.stamp(clone / "requirements.txt").unlink()
    install.main("requirements.txt")
    assert installed == ["requirements.txt"] * 2


@pytest.mark.slow
def test_half_an_environment_is_made_anew(clone):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert not install.is_usable()
    install.main("requirements.txt")
    assert install.is_usable()


def attempts(monkeypatch, *, usable):
    tried = []
    monkeypatch.setattr(install, "is_usable", lambda: usable)
    monkeypatch.setattr(install, "make_venv", lambda: tried.append("environment"))
    monkeypatch.setattr(install, "install", lambda wanted: bool(tried.append("packages")))
    with pytest.raises(SystemExit, match="could not be installed"):
        install.main("requirements.txt")
    return tried


def test_packages_over_an_interrupted_start_are_tried_again_in_a_fresh_environment(clone, monkeypatch):
    (clone / ".venv").mkdir()
    assert attempts(monkeypatch, usable=True) == ["packages", "environment", "packages"]


def test_a_complete_environment_survives_when_newer_packages_can_not_be_had(clone, monkeypatch):
    (clone / ".venv").mkdir()
    (clone / ".venv" / "installed-requirements.txt").write_text("older list")
    assert attempts(monkeypatch, usable=True) == ["packages"]


def test_a_list_that_does_not_exist_changes_nothing(clone, monkeypatch):
    monkeypatch.setattr(install, "make_venv", lambda: pytest.fail("made anew"))
    with pytest.raises(SystemExit, match="no other.txt"):
        install.main("other.txt")


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="needs Python"):
        install.use_new_python()


def test_the_lists_hold_hashes_and_no_address_of_a_registry_or_a_machine():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (install.BASE / name).read_text()
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned and all(line.endswith("\\") for line in pinned)
        options = {line.split("=")[0].strip() for line in text.splitlines() if line.strip().startswith("-")}
        assert options == {"--hash"} and "://" not in text


def test_it_needs_nothing_but_the_standard_library(tmp_path):
    # A copy: the script works on the folder it lies in, and this clone's environment is in use.
    copy = tmp_path / "beheard" / "local" / "install.py"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(Path(install.__file__).read_bytes())
    answer = subprocess.run([sys.executable, "-I", "-S", copy, "list.txt"], capture_output=True, text=True)
    assert answer.stderr == "There is no list.txt here.\n"
