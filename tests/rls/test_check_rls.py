"""Each way in which a database can come to keep people apart less than the code declares is found, and named."""

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections

from beheard.rls import check, checks, declared
from beheard.rls.check import findings
from beheard.rls.doors import door_files
from tests.rls.breaches import DOOR_BREACHES, TABLE_BREACHES

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
OTHERS = ("crypto_tests",)  # tables of other tests


def found() -> list[str]:
    return [str(finding) for finding in findings(connection, ignored_schemas=OTHERS)]


def test_a_migrated_database_keeps_to_the_declarations():
    assert found() == []


@pytest.mark.parametrize("breach", TABLE_BREACHES + DOOR_BREACHES)
def test_it_finds(breach, superuser_connection):
    if breach.repair == "REINSTALL":
        file = next(file for file in door_files() if file.name == "jitter")
        breach = replace(breach, repair=file.sql)
    with breach.done(superuser_connection):
        assert any(breach.words in finding for finding in found()), found()
    assert found() == []


def test_the_command_says_so_and_ends_with_an_error(superuser_connection):
    output = StringIO()
    with (
        TABLE_BREACHES[0].values[0].done(superuser_connection),
        pytest.raises(CommandError, match="disagree in 1 point") as ended,
    ):
        call_command("check_rls", ignore_schema=[*OTHERS], stdout=output)
    assert ended.value.returncode == 1
    assert output.getvalue().splitlines() == [
        "private_boundary: policy boundary_user_select (SELECT for beheard_user) is missing"
    ]


def test_the_command_prints_json_when_asked(superuser_connection):
    output = StringIO()
    with TABLE_BREACHES[0].values[0].done(superuser_connection), pytest.raises(CommandError):
        call_command("check_rls", json=True, ignore_schema=[*OTHERS], stdout=output)
    assert [finding["subject"] for finding in json.loads(output.getvalue())] == ["private_boundary"]


def test_nothing_is_left_of_the_comparison():
    found()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()")
        assert cursor.fetchone() == (0,)


def test_it_says_when_it_may_not_compare_expressions(superuser_connection, test_database):
    name = test_database.name
    superuser_connection.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM beheard_app")
    try:
        assert any("its policies could not be compared (SQLSTATE 42501" in finding for finding in found())
    finally:
        superuser_connection.execute(f"GRANT TEMPORARY ON DATABASE {name} TO beheard_app")


def test_it_finds_the_same_as_the_owner():
    assert findings(connections["owner"], ignored_schemas=OTHERS) == []


# --- before there is a database --------------------------------------------------------------------------------------


def test_a_model_nobody_decided_about_is_an_error_without_any_database(monkeypatch):
    monkeypatch.delitem(declared.ALLOWED_TABLES, "people_user")
    (error,) = checks.every_table_is_decided(None)
    assert (error.id, error.msg) == ("rls.E001", "people_user must be either protected or on the allow-list.")


# --- production ------------------------------------------------------------------------------------------------------


@pytest.fixture
def production(settings, monkeypatch):
    settings.PRODUCTION = True
    monkeypatch.setattr(check, "findings", lambda asked: findings(asked, ignored_schemas=OTHERS))


def test_production_refuses_to_start_when_anything_disagrees(production, superuser_connection):
    checks.refuse_to_start_unprotected()
    with TABLE_BREACHES[0].values[0].done(superuser_connection):
        with pytest.raises(ImproperlyConfigured, match="boundary_user_select"):
            checks.refuse_to_start_unprotected()
        assert [error.id for error in checks.database_agrees(None)] == ["rls.E002"]
        assert checks.database_agrees(None, databases=["owner"]) == []  # a migration may put it right


@pytest.mark.parametrize("login", ["postgres", "beheard_owner"])
def test_a_process_that_logs_in_as_someone_who_could_pass_by_the_policies_is_told(login, process_environment):
    strong = process_environment | {"DATABASE_URL": process_environment["DATABASE_URL"].replace("beheard_app", login)}
    command = [sys.executable, "manage.py", "check_rls", "--ignore-schema", *OTHERS]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=strong, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"{login}: is the role this connection logs in as; it must be beheard_app" in ended.stdout


def test_other_than_in_production_no_database_is_asked(django_db_blocker):
    assert not settings.PRODUCTION
    with django_db_blocker.block():
        checks.refuse_to_start_unprotected()
        assert checks.database_agrees(None) == []
