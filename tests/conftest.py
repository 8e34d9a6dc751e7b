import os

import psycopg
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from beheard.local.redis import Redis
from tests.app_role import ways_around_row_level_security
from tests.database import TestDatabase, test_server
from tests.undefined_variables import RaiseIfUndefined


@pytest.fixture(scope="session")
def test_database():
    """This process's database. Its name carries the process id: a later run clears up after a killed one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return TestDatabase(f"test_{os.getpid()}_{worker}")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_createdb, test_database):
    """Instead of pytest-django's: the app role could neither create a database nor migrate it."""
    with django_db_blocker.unblock():
        test_database.create(anew=django_db_createdb)
        with test_database.superuser() as connection:
            if found := ways_around_row_level_security(connection):
                raise RuntimeError(f"These tests would prove nothing: {'; '.join(found)}.")
    replaced = TransactionTestCase._fixture_teardown
    # Django would TRUNCATE as the app role, which may not.
    TransactionTestCase._fixture_teardown = lambda self: test_database.empty()
    yield
    TransactionTestCase._fixture_teardown = replaced
    with django_db_blocker.unblock():
        test_database.drop()


@pytest.fixture
def superuser_connection(django_db_setup, test_database):
    """A psycopg connection past every policy, in autocommit; sees only what is committed (`transactional_db`)."""
    with test_database.superuser() as connection:
        yield connection


@pytest.fixture
def owner_connection(django_db_setup, test_database):
    """A psycopg connection as beheard_owner, in autocommit."""
    host = str(test_server().socket_folder)
    with psycopg.connect(host=host, user="beheard_owner", dbname=test_database.name, autocommit=True) as connection:
        yield connection


@pytest.fixture
def process_environment(transactional_db, test_database, tmp_path):
    """The environment for a web or worker process of its own that shall see this test's database and queue."""
    place = f"{test_database.name}?host={test_server().socket_folder}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "beheard.settings",
        "DATABASE_URL": f"postgresql://beheard_app@/{place}",
        "MIGRATION_DATABASE_URL": f"postgresql://beheard_owner@/{place}",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "LEDGER_CHECKPOINT_FOLDER": str(tmp_path / "checkpoints"),
    }


@pytest.fixture
def own_redis(tmp_path):
    """An embedded Redis for one test, which may stop it."""
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def undefined_variables_raise(django_test_environment):
    """For each test anew: a test that overrides settings makes Django build its engines again."""
    from django.template import engines

    engines["django"].engine.string_if_invalid = RaiseIfUndefined()
