"""Two people who each have a vessel with a key, and the tables of tests/crypto/models.py."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import connection

from beheard.crypto.keyring import create_key
from beheard.crypto.keys import KeyScope
from beheard.rls.actor import Actor, transaction_as
from tests.crypto.models import Letter, Postcard


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


def make_writer(session_id):
    writer = Writer(uuid4(), uuid4(), session_id)
    with writer.acting():
        create_key(writer.scope)
    return writer


@pytest.fixture
def tables(db):
    with connection.schema_editor(atomic=False) as editor:
        editor.sql_create_table = "CREATE TEMPORARY TABLE %(table)s (%(definition)s) ON COMMIT DROP"
        for model in (Letter, Postcard):
            editor.create_model(model)


@pytest.fixture
def ana(tables):
    return make_writer(uuid4())


@pytest.fixture
def ben(ana):
    return make_writer(ana.session_id)
