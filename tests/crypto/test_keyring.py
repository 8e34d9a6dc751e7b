from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from psycopg.errors import CheckViolation, UniqueViolation

from beheard.crypto import KeyScope, WordsTampered, WordsUnavailable
from beheard.crypto.keyring import create_key, data_key, data_key_for, destroy_key, destroy_keys, opener, sealer
from beheard.crypto.models import VesselKey
from beheard.rls.actor import Actor, act_as
from tests.crypto.conftest import join, make_writer, shared_vessel_of
from tests.crypto.models import Letter


def test_the_same_key_is_found_by_scope_and_by_id(ana):
    with ana.acting():
        key = data_key_for(ana.scope)
        assert data_key(key.id) == key and key.scope == ana.scope


def test_each_vessel_has_a_key_of_its_own(ana, ben):
    with ana.acting():
        first = data_key_for(ana.scope)
    with ben.acting():
        assert data_key_for(ben.scope).material != first.material


def test_without_a_key_there_is_none_unless_asked_for(ana):
    scope = KeyScope.shared(uuid4(), ana.user_id, ana.session_id)
    with ana.acting():
        with pytest.raises(WordsUnavailable):
            data_key_for(scope)
        assert data_key_for(scope, create=True) == data_key_for(scope)


def test_creating_a_key_twice_leaves_the_first_standing(ana):
    with ana.acting():
        assert create_key(ana.scope) == data_key_for(ana.scope)


def test_two_who_need_the_joint_key_at_the_same_moment_get_the_same_one(transactional_db):
    ana = make_writer()
    writers, joint, ready = (ana, join(ana)), KeyScope.joint(shared_vessel_of(ana), ana.session_id), Barrier(2)

    def needs_it(writer):
        try:
            with writer.acting():
                VesselKey.objects.count()
                ready.wait(timeout=10)
                return data_key_for(joint, create=True).id
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(needs_it, writers)
    assert first == second


def test_a_key_is_looked_up_once_for_an_actor_and_never_kept_for_the_next(ana, django_assert_num_queries):
    with act_as(Actor.user(ana.user_id, ana.session_id)), transaction.atomic():
        key_id = data_key_for(ana.scope).id
        data_key(key_id)
        with django_assert_num_queries(0):
            data_key(key_id)
        with act_as(Actor.user(ana.user_id, ana.session_id)), django_assert_num_queries(1):
            data_key(key_id)


def test_a_destroyed_key_is_gone_and_its_words_with_it(ana):
    letter = ana.writes()
    with ana.acting():
        key_id = data_key_for(ana.scope).id
        assert destroy_key(ana.scope) == 1 and destroy_key(ana.scope) == 0
        with pytest.raises(WordsUnavailable):
            data_key(key_id)
        with pytest.raises(WordsUnavailable):
            Letter.objects.get(pk=letter.pk).text  # noqa: B018
        row = VesselKey.objects.get(pk=key_id)
        assert row.wrapped is None and row.destroyed_at is not None


def test_a_destroyed_key_is_not_replaced_by_merely_writing(ana):
    with ana.acting():
        destroy_keys(vessel_id=ana.vessel_id)
    with pytest.raises(WordsUnavailable):
        ana.writes("a late reply")
    with ana.acting():
        create_key(ana.scope)
    ana.writes("a new beginning")


def test_destroying_one_persons_key_leaves_the_others_words(ana, ben):
    letter = ben.writes("mine stays")
    with ana.acting():
        destroy_keys(vessel_id=ana.vessel_id)
    with ben.acting():
        assert Letter.objects.get(pk=letter.pk).text == "mine stays"


def test_a_key_that_was_rolled_back_seals_nothing(ana):
    scope = KeyScope.shared(uuid4(), ana.user_id, ana.session_id)
    with ana.acting():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            lost = data_key_for(scope, create=True)
            raise ZeroDivisionError
        kept = data_key_for(scope, create=True)
        assert kept.id != lost.id and VesselKey.objects.filter(pk=kept.id).exists()


def test_a_key_made_and_used_in_a_block_inside_a_block_goes_when_the_outer_one_rolls_back(ana):
    scope = KeyScope.shared(uuid4(), ana.user_id, ana.session_id)
    with ana.acting():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with transaction.atomic():
                lost = data_key_for(scope, create=True)
            assert data_key_for(scope) == lost
            raise ZeroDivisionError
        with pytest.raises(WordsUnavailable):
            data_key_for(scope)


def test_a_key_made_in_this_transaction_is_looked_up_no_more_than_others(ana, django_assert_num_queries):
    with ana.acting():
        scope = KeyScope.shared(uuid4(), ana.user_id, ana.session_id)
        data_key_for(scope, create=True)
        with django_assert_num_queries(0):
            data_key_for(scope, create=True)


def test_a_stream_opens_only_with_its_own_id_and_its_own_key(ana, ben):
    with ana.acting():
        seal, open_, other_stream = sealer(ana.scope, "r1"), opener(ana.scope, "r1"), opener(ana.scope, "r2")
    with ben.acting():
        other_person = opener(ben.scope, "r1")
    chunk = seal("you said “again” 💧".encode())
    assert b"again" not in chunk and open_(chunk).decode() == "you said “again” 💧"
    for refuses in (other_stream, other_person):
        with pytest.raises(WordsTampered):
            refuses(chunk)


@pytest.fixture
def insert(owner_connection):
    """Inserts key rows as the owner of the tables, whom only constraints hold back; nothing is kept."""
    statement = (
        "INSERT INTO crypto_vesselkey (id, kind, vessel_id, owner_id, session_id, wrapped, master_key_id, destroyed_at)"
        " VALUES (%(id)s, %(kind)s, %(vessel_id)s, %(owner_id)s, %(session_id)s, %(wrapped)s, 'ab', %(destroyed_at)s)"
    )
    row = {"kind": "PRIVATE", "wrapped": b"x", "destroyed_at": None}
    row |= {name: uuid4() for name in ("vessel_id", "owner_id", "session_id")}
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute("SET LOCAL app.maintenance = 'on'")
        yield lambda **change: owner_connection.execute(statement, row | {"id": uuid4()} | change)


DESTROYED = {"wrapped": None, "destroyed_at": "2026-01-01T00:00Z"}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "OTHER"},
        {"kind": "JOINT"},
        {"owner_id": None},
        {"kind": "SHARED", "owner_id": None},
        {"wrapped": None},
        {"destroyed_at": DESTROYED["destroyed_at"]},
    ],
    ids=[
        "unknown",
        "joint with owner",
        "private without",
        "shared without",
        "nothing wrapped",
        "destroyed yet wrapped",
    ],
)
def test_the_database_refuses_a_key_row_that_contradicts_itself(insert, change):
    with pytest.raises(CheckViolation):
        insert(**change)


@pytest.mark.parametrize("scope", [{"kind": "PRIVATE"}, {"kind": "SHARED"}, {"kind": "JOINT", "owner_id": None}])
def test_one_live_key_for_each_scope_and_any_number_of_destroyed_ones(insert, scope):
    for state in ({}, DESTROYED, DESTROYED):
        insert(**scope, **state)
    with pytest.raises(UniqueViolation):
        insert(**scope)


def test_nothing_of_a_data_key_is_in_its_row(ana):
    with ana.acting():
        key = data_key_for(ana.scope)
        with connection.cursor() as cursor:
            cursor.execute("SELECT wrapped FROM crypto_vesselkey WHERE id = %s", [key.id])
            assert key.material not in bytes(cursor.fetchone()[0])
