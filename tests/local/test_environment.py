import base64
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from beheard.local.environment import environment, parse_database_url, parse_master_keys
from beheard.local.folders import data_folder as chosen_data_folder

KEY = base64.b64encode(b"k" * 32).decode()
PRODUCTION = {
    "BEHEARD_PRODUCTION": "1",
    "SECRET_KEY": "s" * 50,
    "BEHEARD_MASTER_KEYS": KEY,
    "BEHEARD_LEDGER_KEYS": KEY,
    "LEDGER_CHECKPOINT_FOLDER": "/var/lib/beheard/ledger",
    "DATABASE_URL": "postgresql://beheard_app:secret@db.internal/beheard",
    "REDIS_URL": "redis://queue.internal/0",
    "ALLOWED_HOSTS": "example.org",
    "BASE_URL": "https://example.org",
}
READ_BY_SETTINGS = {*PRODUCTION, "DEBUG", "MIGRATION_DATABASE_URL", "BEHEARD_DATA", "BEHEARD_TESTING", "PORT"}


@pytest.fixture
def variables(monkeypatch):
    """Sets exactly these environment variables, of those that settings read."""
    for name in READ_BY_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return lambda values: [monkeypatch.setenv(name, value) for name, value in values.items()]


def manage(*arguments, **variables):
    clean = {name: value for name, value in os.environ.items() if name not in READ_BY_SETTINGS}
    clean["DJANGO_SETTINGS_MODULE"] = "beheard.settings"
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=clean | variables, capture_output=True, text=True)


def test_production_starts_when_nothing_is_missing(variables):
    variables(PRODUCTION)
    env = environment(settings.BASE_DIR)
    assert env.production and env.https and not env.debug
    assert env.master_keys == [b"k" * 32]
    assert env.databases["default"]["USER"] == "beheard_app"
    assert env.databases["default"]["OPTIONS"]["pool"]["max_size"] == 8


def test_web_and_workers_do_not_know_the_owner(variables):
    variables(PRODUCTION)
    assert "owner" not in environment(settings.BASE_DIR).databases
    variables({"MIGRATION_DATABASE_URL": "postgresql://beheard_owner@db.internal/beheard"})
    assert environment(settings.BASE_DIR).databases["owner"]["USER"] == "beheard_owner"


@pytest.mark.parametrize("missing", sorted(PRODUCTION.keys() - {"BEHEARD_PRODUCTION"}))
def test_production_does_not_start_without(variables, missing):
    variables({name: value for name, value in PRODUCTION.items() if name != missing})
    with pytest.raises(ImproperlyConfigured, match=f"{missing} is missing"):
        environment(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("unsafe", "reason"),
    [
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"BASE_URL": "http://example.org"}, "does not begin with https"),
        ({"ALLOWED_HOSTS": "*"}, "allows every host"),
        ({"BEHEARD_MASTER_KEYS": "c2hvcnQ="}, "32-byte keys"),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL must look like"),
    ],
)
def test_production_does_not_start_unsafely(variables, unsafe, reason):
    variables(PRODUCTION | unsafe)
    with pytest.raises(ImproperlyConfigured, match=reason):
        environment(settings.BASE_DIR)


def test_a_refusal_is_one_sentence_without_a_stack_trace_or_a_secret():
    refused = manage("check", **PRODUCTION | {"DEBUG": "1", "REDIS_URL": ""})
    assert refused.returncode == 1
    assert "REDIS_URL is missing" in refused.stderr and "DEBUG is on" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "secret@" not in refused.stderr and KEY not in refused.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["help", "migrate"], ["migrate", "--help"], ["servers", "status"]])
def test_commands_that_need_no_database_start_none(data_folder, arguments):
    answer = manage(*arguments, BEHEARD_DATA=str(data_folder))
    assert answer.returncode == 0, answer.stderr
    assert not (data_folder / "postgres").exists()
    assert not (data_folder / "redis").exists()


def test_keys_for_development_are_made_once_and_closed_to_others(variables, data_folder):
    variables({"BEHEARD_DATA": str(data_folder), "BEHEARD_START_SERVERS": "no"})
    first, second = environment(settings.BASE_DIR), environment(settings.BASE_DIR)
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 40
    assert first.master_keys == second.master_keys
    for name in ("secret-key", "master-keys"):
        assert stat.S_IMODE((data_folder / name).stat().st_mode) == 0o600


def test_two_processes_at_once_agree_on_the_keys(data_folder):
    script = "from pathlib import Path; from beheard.local.environment import environment; "
    script += f"print(environment(Path({str(settings.BASE_DIR)!r})).master_keys)"
    variables = os.environ | {"BEHEARD_DATA": str(data_folder), "BEHEARD_START_SERVERS": "no"}
    command = [sys.executable, "-c", script]
    starts = [subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({start.communicate()[0] for start in starts}) == 1


def test_no_secret_shows_when_the_environment_is_printed(variables):
    variables(PRODUCTION)
    printed = repr(environment(settings.BASE_DIR))
    assert "kkkk" not in printed and "secret" not in printed and "ssss" not in printed


def test_master_keys_come_in_order_in_either_alphabet():
    other = bytes(range(224, 256))
    assert parse_master_keys(f"{KEY}, {base64.urlsafe_b64encode(other).decode()}") == [b"k" * 32, other]


def test_a_database_address_is_read_in_full():
    database = parse_database_url("postgresql://me%40here:p%2Fw@db:5433/beheard?sslmode=require", "DATABASE_URL")
    assert (database["USER"], database["PASSWORD"]) == ("me@here", "p/w")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db", "5433", "beheard")
    assert database["OPTIONS"] == {"sslmode": "require"}
    with_socket = parse_database_url("postgresql://me@/beheard?host=/run/postgresql", "DATABASE_URL")
    assert with_socket["HOST"] == "/run/postgresql"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_a_clone_in_a_closed_home_folder_keeps_its_data_elsewhere(variables, tmp_path):
    variables({})
    clone = tmp_path / "clone"
    clone.mkdir()
    tmp_path.chmod(0o700)
    assert not chosen_data_folder(clone).is_relative_to(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
