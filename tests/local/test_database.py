"""What the database fixtures of this suite promise."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.template import Context, Template

from tests import database
from tests.undefined_variables import UndefinedVariable


def test_tests_log_in_as_the_site_does(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("beheard_app", "beheard_app")


def test_nothing_can_be_created_by_a_test(db):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t ()")


def test_emptying_takes_out_what_a_test_wrote(transactional_db, superuser_connection, test_database):
    from django.contrib.auth.models import Group

    Group.objects.create(name="curators of a test")
    test_database.empty()
    assert not superuser_connection.execute("SELECT FROM auth_group WHERE name = 'curators of a test'").rowcount


def test_emptying_puts_back_what_migrations_left(transactional_db, superuser_connection):
    copy = database.TestDatabase(superuser_connection.info.dbname)
    superuser_connection.execute("INSERT INTO auth_group (name) VALUES ('from a migration')")
    copy.seeded = {"auth_group": database._held(superuser_connection, "auth_group")}
    names = "SELECT name FROM auth_group ORDER BY name"
    before = superuser_connection.execute(names).fetchall()
    superuser_connection.execute("UPDATE auth_group SET name = 'changed' WHERE name = 'from a migration'")
    copy.empty()
    assert superuser_connection.execute(names).fetchall() == before


def test_the_owner_owns_the_tables(owner_connection):
    owners = owner_connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners.fetchall() == [("beheard_owner",)]


def test_databases_of_dead_runs_are_removed(db, superuser_connection):
    superuser_connection.execute("CREATE DATABASE test_999999999_gw0")
    database.drop_abandoned(database.test_server())
    found = "SELECT FROM pg_database WHERE datname = %s"
    assert not superuser_connection.execute(found, ["test_999999999_gw0"]).rowcount
    assert superuser_connection.execute(found, [superuser_connection.info.dbname]).rowcount


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ known.missing }}", "{{ missing|upper }}"])
def test_a_template_that_prints_what_does_not_exist_fails(source):
    with pytest.raises(UndefinedVariable, match="missing"):
        Template(source).render(Context({"known": object()}))


@pytest.mark.parametrize("source", ["{{ missing|default:'-' }}", "{% if missing %}{% endif %}-", "{{ empty }}-"])
def test_a_template_may_ask_whether_something_exists(source):
    assert Template(source).render(Context({"empty": ""})) == "-"
