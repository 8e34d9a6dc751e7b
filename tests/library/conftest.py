import pytest

from beheard.people.models import User
from beheard.rls import Actor, no_actor, transaction_as
from library.actions import HOUSE, load_curated
from tests.library.factories import NOW


@pytest.fixture
def person(db):
    """An actor with an account."""

    def make(email="ana@example.org"):
        with no_actor():
            return Actor.user(User.objects.create_user(email, "a long enough one").pk)

    return make


@pytest.fixture
def library(db):
    """The curated library, loaded."""
    with transaction_as(HOUSE):
        return load_curated(by=HOUSE, now=NOW)
