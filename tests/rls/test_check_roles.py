"""Roles belong to the whole server, where other tests run: each is weakened, looked at and put back in one transaction."""

import pytest
from django.db import connections, transaction

from beheard.rls.check import findings
from tests.rls.breaches import ROLE_BREACHES

SUPERUSER = "superuser"
ITSELF = "postgres: "  # that a superuser asks is found as well


@pytest.fixture
def superuser(django_db_setup, django_db_blocker, monkeypatch):
    """Django's connection to this test's database, logged in past every policy."""
    monkeypatch.setitem(
        connections.settings, SUPERUSER, connections.settings["default"] | {"USER": "postgres", "OPTIONS": {}}
    )
    with django_db_blocker.unblock():
        yield connections[SUPERUSER]
        connections[SUPERUSER].close()
        del connections[SUPERUSER]


def found(connection) -> list[str]:
    sentences = [str(finding) for finding in findings(connection, ignored_schemas=("crypto_tests",))]
    return [sentence for sentence in sentences if not sentence.startswith(ITSELF)]


@pytest.mark.parametrize("breach", ROLE_BREACHES)
def test_it_finds(breach, superuser):
    assert found(superuser) == []
    with transaction.atomic(using=SUPERUSER):
        with superuser.cursor() as cursor:
            cursor.execute(breach.breaking)
        assert any(breach.words in finding for finding in found(superuser)), found(superuser)
        transaction.set_rollback(True, using=SUPERUSER)


def test_it_says_who_asks_when_that_is_not_the_login_role(superuser):
    sentences = [str(finding) for finding in findings(superuser)]
    assert "postgres: is the role this connection logs in as; it must be beheard_app" in sentences
    assert "postgres: is a superuser" in sentences
