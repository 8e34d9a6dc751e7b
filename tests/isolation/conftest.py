import pytest

from tests import factories
from tests.furnished import furnished
from tests.isolation.world import World


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, test_database):
    """Two couples with rows in every table, committed, for tests that change nothing: each rolls back what it tries."""
    with django_db_blocker.unblock():
        couples = [furnished(factories.couple(names)) for names in (("Ana", "Ben"), ("Cleo", "Dan"))]
        with test_database.superuser() as superuser:
            yield World(superuser, *couples)
        test_database.empty()
