import pytest

from beheard.local.folders import locked
from tests import factories
from tests.database import test_server


@pytest.fixture
def alone_with_roles(django_db_setup):
    """Roles belong to the whole server: no other test process looks at them or changes them meanwhile."""
    server = test_server()
    with locked(server.folder / "roles-under-test.lock"):
        yield


@pytest.fixture
def pair(transactional_db):
    """Two people, each with two boundaries of their own, committed."""
    pair = factories.couple()
    for person in pair:
        factories.make_boundary(person)
        factories.make_boundary(person)
    return pair
