import pytest

from stages.guide.registry import current_guide
from tests.model_fixtures import configured, server  # noqa: F401


@pytest.fixture
def guide(configured):  # noqa: F811
    return current_guide()
