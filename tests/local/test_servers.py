import pytest
from django.core.management import CommandError, call_command

from beheard.local.running import only_one
from beheard.local.servers import servers
from tests.local.test_environment import manage


@pytest.fixture(autouse=True)
def own_data(data_folder, monkeypatch):
    monkeypatch.setenv("BEHEARD_DATA", str(data_folder))


def test_the_command_starts_shows_and_stops_both(data_folder, capsys):
    call_command("servers", "start")
    assert "PostgreSQL: running\nRedis: running\n" in capsys.readouterr().out
    call_command("servers", "stop")
    assert not servers(data_folder).postgres.is_running()
    assert not servers(data_folder).redis.is_running()


def test_servers_in_use_by_a_run_are_not_stopped_under_it(data_folder):
    with only_one(data_folder), pytest.raises(CommandError, match="already runs"):
        call_command("servers", "stop")


def test_starting_again_starts_nothing(data_folder):
    assert servers(data_folder).start() is True
    assert servers(data_folder).start() is False


def test_a_command_on_a_database_that_is_not_set_up_says_what_to_do(data_folder):
    found = manage("evaluate_library", BEHEARD_DATA=str(data_folder))
    assert found.returncode == 1
    assert "manage.py migrate" in found.stderr and "Traceback" not in found.stderr
