import pytest

from tests import factories


@pytest.fixture
def pair(transactional_db):
    """Two people, each with two boundaries of their own, committed."""
    pair = factories.couple()
    for person in pair:
        factories.make_boundary(person)
        factories.make_boundary(person)
    return pair
