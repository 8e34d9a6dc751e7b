import pytest

from beheard.local.folders import locked
from tests.database import test_server


@pytest.fixture
def alone_with_roles(django_db_setup):
    """Roles belong to the whole server: no other test process looks at them or changes them meanwhile."""
    server = test_server()
    with locked(server.folder / "roles-under-test.lock"):
        yield
