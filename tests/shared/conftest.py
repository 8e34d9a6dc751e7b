import pytest

from tests.shared.couple import couple


@pytest.fixture
def pair(db):
    """Ana and Ben, in one session."""
    return couple()
