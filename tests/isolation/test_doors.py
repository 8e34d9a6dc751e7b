"""What goes through a door goes only for whom it was made: no other role, and nobody from outside the session."""

import os
from uuid import uuid4

import pytest
from django.db import connection

from beheard.rls import no_actor
from beheard.rls.actor import Role
from beheard.rls.declared import protected_tables
from beheard.rls.doors import door_files
from tests import factories
from tests.furnished import furnished
from tests.isolation.world import REFUSED, attempt, trying

CLOSED = [
    pytest.param(file.name, role.value, id=f"{file.name}-{role.value}")
    for file in door_files()
    for role in Role
    if role.value not in file.roles
]


def call_of(superuser, name: str) -> str:
    """A call with a NULL for each argument."""
    (types,) = superuser.execute(
        "SELECT array(SELECT format_type(t, NULL) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS u (t, n) ORDER BY n)"
        " FROM pg_proc WHERE proname = %s AND pronamespace = 'door'::regnamespace",
        [name],
    ).fetchone()
    return f"SELECT door.{name}({', '.join(f'NULL::{of}' for of in types)})"


@pytest.mark.parametrize(("name", "role"), CLOSED)
def test_a_door_is_closed_to_every_other_role(world, name, role):
    (viewer, *_) = world.viewers(role)
    with trying(viewer.actor):
        assert attempt(call_of(world.superuser, name)) == REFUSED


@pytest.mark.parametrize("name", [file.name for file in door_files()])
def test_without_an_actor_no_door_opens(world, name):
    with no_actor():
        assert attempt(call_of(world.superuser, name)) == REFUSED


# --- someone from another couple ---------------------------------------------------------------------------------------

# The call, its arguments from (ana, an agreement, a proposal…), and what a stranger gets.
NOTHING = [
    ("SELECT door.pause_session(%(session)s)", [("",), (None,)]),
    ("SELECT door.resume_session(%(session)s)", [(False,)]),
    ("SELECT door.meet(%(session)s, 'COMPACT')", [(False,)]),
    ("SELECT door.confirm_partner(%(session)s, false)", [(False,)]),
    ("SELECT door.confirm_agreement(%(agreement)s)", [(None,)]),
    ("SELECT door.set_aside_agreement(%(agreement)s)", [("",), (None,)]),
    ("SELECT door.partner_stone(%(session)s)", [(None,)]),
    ("SELECT door.mark_invited(%(session)s)", [("",), (None,)]),
    ("SELECT door.note_hint(%(content)s, %(hash)s)", [(False,)]),
    ("SELECT door.invitation_state(%(invitation)s)", [(None,)]),
    ("SELECT * FROM door.both_check_ins(%(agreement)s)", []),
]
RAISING = [
    "SELECT door.begin_session(%(new)s, %(relationship)s, %(new)s, 'Mallory')",
    "SELECT door.note_consent(%(record)s, 'OFFERED', %(hash)s)",
]


@pytest.fixture
def couples(transactional_db):
    return furnished(factories.couple()), factories.couple(("Cleo", "Dan"))


@pytest.fixture
def names(couples, superuser_connection):
    """Every id a stranger could have got hold of."""
    session = couples[0].a.session_id

    def one(query):
        return superuser_connection.execute(query, [session]).fetchone()[0]

    return {
        "session": session,
        "agreement": one("SELECT id FROM shared_agreement WHERE session_id = %s AND status = 'PROPOSED'"),
        "invitation": one("SELECT id FROM people_invitation WHERE session_id = %s"),
        "relationship": one("SELECT relationship_id FROM people_session WHERE id = %s"),
        "record": one("SELECT id FROM consent_consentrecord WHERE session_id = %s AND decision IS NULL"),
        "content": one("SELECT id FROM shared_consentedcontent WHERE session_id = %s AND consent_active"),
        "new": uuid4(),
        "hash": os.urandom(32),
    }


def everything(superuser) -> dict:
    return {
        table: superuser.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t").fetchone()
        for table in protected_tables()
    }


def test_a_stranger_changes_nothing_and_learns_nothing_at_any_door(couples, names, superuser_connection):
    stranger = couples[1].a
    before = everything(superuser_connection)
    for query, answers in NOTHING:
        with stranger.acting(), connection.cursor() as cursor:
            cursor.execute(query, names)
            assert cursor.fetchall() in ([], *([answer] for answer in answers)), query
    for query in RAISING:
        with trying_as(stranger):
            assert isinstance(attempt(query, names), Exception), query
    assert everything(superuser_connection) == before


def trying_as(person):
    from beheard.rls import Actor

    return trying(Actor.user(person.user_id, person.session_id))


def test_a_stranger_gets_the_same_answer_for_an_id_that_is_not_there(couples, names):
    stranger = couples[1].a
    nowhere = {name: uuid4() if not isinstance(value, bytes) else value for name, value in names.items()}
    for query, _ in NOTHING:
        with stranger.acting(), connection.cursor() as cursor:
            cursor.execute(query, names)
            real = cursor.fetchall()
            cursor.execute(query, nowhere)
            assert cursor.fetchall() == real, query


def test_the_partner_decides_nothing_for_the_other(couples, names, superuser_connection):
    before = everything(superuser_connection)
    ana, ben = couples[0]
    with ana.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM consent_consentrecord")
        records = [record for (record,) in cursor.fetchall()]
    with ben.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_function_identity_arguments(oid) FROM pg_proc WHERE proname = 'decide_consent'")
        count = len(cursor.fetchone()[0].split(","))
        for record in records:
            for decision in ("GRANTED", "DENIED", "REVOKED"):
                rest = ["NULL"] * (count - 2)
                cursor.execute(f"SELECT door.decide_consent(%s, %s, {', '.join(rest)})", [record, decision])
                assert cursor.fetchone() == (None,)
    assert everything(superuser_connection) == before
