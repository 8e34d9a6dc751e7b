"""Two people in one session, each with a vessel and its key, and the tables of tests/crypto/models.py."""

import os
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from beheard.crypto.keyring import create_key
from beheard.crypto.keys import KeyScope
from beheard.people.models import Invitation, Session, User
from beheard.rls.actor import Actor, transaction_as
from beheard.rls.doors import door
from tests.crypto.models import Letter

# The app role may not make tables, not even temporary ones. A schema of its own keeps these out of check_rls.
TABLES = """
    CREATE SCHEMA crypto_tests;
    CREATE TABLE crypto_tests.letter (
        id uuid PRIMARY KEY, vessel_id uuid NOT NULL, owner_id uuid NOT NULL, session_id uuid NOT NULL,
        text bytea NOT NULL, note bytea, facts bytea NOT NULL, opened boolean NOT NULL, noted boolean NOT NULL
    );
    CREATE TABLE crypto_tests.postcard (
        id uuid PRIMARY KEY, vessel_id uuid NOT NULL, owner_id uuid NOT NULL, session_id uuid NOT NULL,
        text bytea NOT NULL
    );
    GRANT USAGE ON SCHEMA crypto_tests TO beheard_user;
    GRANT ALL ON ALL TABLES IN SCHEMA crypto_tests TO beheard_user;
"""


@dataclass(frozen=True)
class Writer:
    """A person with a private vessel."""

    user_id: UUID
    vessel_id: UUID
    session_id: UUID

    @property
    def scope(self):
        return KeyScope.private(self.vessel_id, self.user_id, self.session_id)

    @property
    def ids(self):
        return {"vessel_id": self.vessel_id, "owner_id": self.user_id, "session_id": self.session_id}

    def acting(self):
        return transaction_as(Actor.user(self.user_id, self.session_id))

    def writes(self, text="the dishes again", **fields):
        with self.acting():
            return Letter.objects.create(text=text, **self.ids, **fields)


def make_writer():
    """A person who has begun a session of their own."""
    writer = Writer(new_user(), uuid4(), uuid4())
    with writer.acting():
        door("begin_session", writer.session_id, uuid4(), uuid4(), "Ana")
        create_key(writer.scope)
    return writer


def join(inviter):
    """The partner who follows an invitation into the same session."""
    token_hash = os.urandom(32)
    with inviter.acting():
        Invitation.objects.create(
            session_id=inviter.session_id,
            owner_id=inviter.user_id,
            vessel_id=inviter.vessel_id,
            token_hash=token_hash,
            expires_at=timezone.now() + timedelta(days=1),
        )
    writer = Writer(new_user(), uuid4(), inviter.session_id)
    with writer.acting():
        assert door("join_session", token_hash, "Ben")
        create_key(writer.scope)
    return writer


def shared_vessel_of(writer) -> UUID:
    """Where a joint key belongs: any other vessel's is refused."""
    with writer.acting():
        return Session.objects.get(pk=writer.session_id).shared_vessel_id


def new_user():
    return User.objects.create_user(f"{uuid4()}@example.org", "not needed").pk


@pytest.fixture(scope="session")
def tables(django_db_setup, test_database):
    with test_database.superuser() as superuser:
        superuser.execute(TABLES)


@pytest.fixture
def ana(tables, db):
    return make_writer()


@pytest.fixture
def ben(ana):
    return join(ana)


@pytest.fixture
def acting(ana):
    with ana.acting():
        yield ana


def stored(row, column="text"):
    """The bytes in the database. Only inside `acting()`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        value = cursor.fetchone()[0]
    return value and bytes(value)


def overwrite(row, column, value):
    """As an attacker does who can write to the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])
