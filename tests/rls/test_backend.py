"""Whose rows a connection shows: those of the actor at the moment of the statement, and of nobody else."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, ProgrammingError, connection, transaction

from beheard.people.models import User
from beheard.rls import Actor, NoActor, OutsideTransaction, act_as, current_actor, no_actor, transaction_as
from tests.factories import make_boundary
from vessels.private.models import Boundary

SETTINGS = ("app.actor_id", "app.actor_role", "app.current_session_id")


def owners() -> set:
    return set(Boundary.objects.values_list("owner_id", flat=True))


def as_user(person) -> Actor:
    return Actor.user(person.user_id)


def state() -> tuple:
    """The role and settings the server has for this connection."""
    with connection.cursor() as cursor:
        settings = ", ".join(f"nullif(current_setting('{name}', true), '')" for name in SETTINGS)
        cursor.execute(f"SELECT current_user::text, {settings}")
        return cursor.fetchone()


def statements_of(work) -> list[str]:
    """What is sent to enter an actor while `work` runs."""
    sent, push = [], type(connection._connections[connection._alias])._push

    def recorded(self, actor, *, begin):
        sent.append(actor)
        return push(self, actor, begin=begin)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection._connections[connection._alias]), "_push", recorded)
        work()
    return sent


def test_an_actor_sees_their_rows_and_nobody_elses(pair):
    for person in pair:
        with transaction_as(as_user(person)):
            assert owners() == {person.user_id}


def test_an_actor_is_entered_with_the_first_statement_and_once(pair):
    def work():
        with transaction_as(as_user(pair.a)):
            pass  # no statement: nothing to enter
        with transaction_as(as_user(pair.a)):
            owners()
            owners()

    assert statements_of(work) == [as_user(pair.a)]


def test_all_three_settings_and_the_role_are_set(pair):
    with transaction_as(Actor.ai(pair.a.user_id, pair.a.session_id)):
        assert state() == ("beheard_ai", str(pair.a.user_id), "ai", str(pair.a.session_id))
    with transaction_as(Actor.joint(pair.a.session_id)):
        assert state() == ("beheard_joint", None, "joint", str(pair.a.session_id))


def test_an_actor_outside_a_transaction_is_refused(pair):
    with act_as(as_user(pair.a)), pytest.raises(OutsideTransaction):
        owners()
    with transaction_as(as_user(pair.a)):
        assert owners() == {pair.a.user_id}


def test_changing_the_actor_inside_a_transaction_changes_what_is_seen_at_once(pair):
    with transaction_as(as_user(pair.a)):
        assert owners() == {pair.a.user_id}
        with act_as(as_user(pair.b)):
            assert owners() == {pair.b.user_id}
        assert owners() == {pair.a.user_id}


def test_an_inner_actor_leaves_no_session_behind_for_the_outer_one(pair):
    with transaction_as(as_user(pair.a)):
        with act_as(Actor.ai(pair.b.user_id, pair.b.session_id)):
            state()
        assert state() == ("beheard_user", str(pair.a.user_id), "user", None)


def test_without_an_actor_inside_a_transaction_only_accounts_can_be_read(pair):
    with transaction_as(as_user(pair.a)):
        assert owners() == {pair.a.user_id}
        with no_actor():
            assert User.objects.filter(pk=pair.b.user_id).exists()
            with pytest.raises(ProgrammingError), transaction.atomic():
                owners()
        with pytest.raises(ProgrammingError), transaction.atomic():
            User.objects.count()
        assert owners() == {pair.a.user_id}


@pytest.mark.parametrize("then", ["commit", "roll back"])
def test_a_savepoint_keeps_the_actor_whatever_becomes_of_it(pair, then):
    with transaction_as(as_user(pair.a)):
        with transaction.atomic():
            with act_as(as_user(pair.b)):
                assert owners() == {pair.b.user_id}
            if then == "roll back":
                transaction.set_rollback(True)
        assert owners() == {pair.a.user_id}


def test_an_actor_entered_inside_a_savepoint_is_entered_again_after_its_rollback(pair):
    with transaction.atomic():
        with act_as(as_user(pair.a)):
            with transaction.atomic():
                assert owners() == {pair.a.user_id}
                transaction.set_rollback(True)
            assert owners() == {pair.a.user_id}  # the server's role went back with the savepoint
        with pytest.raises(ProgrammingError), transaction.atomic():
            owners()


def test_going_back_to_a_savepoint_that_someone_else_made_shows_nobodys_rows_but_ones_own(pair):
    with transaction.atomic():
        with act_as(as_user(pair.b)):
            before = transaction.savepoint()
        with act_as(as_user(pair.a)):
            owners()
            transaction.savepoint_rollback(before)  # the server is b again
            assert owners() == {pair.a.user_id}


def test_an_error_inside_an_inner_actor_does_not_leave_the_outer_role_under_the_inner_name(pair):
    with transaction_as(as_user(pair.b)):
        owners()
        with pytest.raises(DatabaseError), transaction.atomic(), act_as(as_user(pair.a)), connection.cursor() as cursor:
            owners()
            cursor.execute("SELECT 1 / 0")
        with act_as(as_user(pair.a)):  # what was last entered, and undone by the rollback
            assert owners() == {pair.a.user_id}


def test_an_exception_leaves_the_outer_actor_in_place(pair):
    with transaction_as(as_user(pair.a)):
        with pytest.raises(RuntimeError), act_as(as_user(pair.b)):
            assert owners() == {pair.b.user_id}
            raise RuntimeError
        assert owners() == {pair.a.user_id}
    assert current_actor() is None


def test_an_aborted_transaction_passes_no_actor_on(pair):
    with transaction_as(as_user(pair.a)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            try:
                cursor.execute("SELECT 1 / 0")
            finally:
                with act_as(as_user(pair.b)), pytest.raises(DatabaseError):
                    owners()  # the transaction is dead: no rows, whoever asks
        assert owners() == {pair.a.user_id}


def test_nothing_is_left_on_a_connection_that_goes_back_to_the_pool(pair):
    with transaction_as(as_user(pair.a)):
        owners()
        process = connection.connection.info.backend_pid
    connection.close()
    for _ in range(20):
        with transaction.atomic():
            assert state() == ("beheard_app", None, None, None)
            again = connection.connection.info.backend_pid
        connection.close()
        if again == process:
            return
    raise AssertionError("the pool never gave the connection back")


def test_nothing_is_left_after_a_transaction_that_was_rolled_back(pair):
    with pytest.raises(RuntimeError), transaction_as(as_user(pair.a)):
        owners()
        raise RuntimeError
    with transaction.atomic():
        assert state() == ("beheard_app", None, None, None)


def test_a_server_side_cursor_reads_as_the_actor_who_opened_it(pair):
    with transaction_as(as_user(pair.a)):
        rows = Boundary.objects.iterator(chunk_size=1)
        first = next(rows)
        with act_as(as_user(pair.b)):
            assert owners() == {pair.b.user_id}
            rest = list(rows)
        assert {first.owner_id, *(row.owner_id for row in rest)} == {pair.a.user_id}


def test_threads_do_not_share_an_actor(pair):
    ready = threading.Barrier(2, timeout=20)

    def ask(person):
        with transaction_as(as_user(person)):
            seen = owners()
            ready.wait()
            seen |= owners()
        connection.close()
        return seen

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, pair)) == [{person.user_id} for person in pair]


def test_a_new_thread_begins_with_no_actor(pair):
    with transaction_as(as_user(pair.a)), ThreadPoolExecutor(1) as thread:
        assert thread.submit(current_actor).result() is None


def test_tasks_gathered_in_one_request_do_not_share_an_actor(pair):
    async def ask(person, turns):
        @sync_to_async(thread_sensitive=True)
        def read():
            try:
                with transaction.atomic():
                    return owners()
            finally:
                connection.close()

        seen = set()
        with act_as(as_user(person)):
            for _ in range(turns):
                seen |= await read()
                await asyncio.sleep(0)
        return seen

    async def both():
        return await asyncio.gather(*(ask(person, 5) for person in (*pair, *pair)))

    assert asyncio.run(both()) == [{person.user_id} for person in (*pair, *pair)]


def test_tasks_in_threads_of_their_own_do_not_share_an_actor(pair):
    async def ask(person):
        @sync_to_async(thread_sensitive=False)
        def read():
            try:
                with transaction.atomic():
                    return owners()
            finally:
                connection.close()

        with act_as(as_user(person)):
            return await read()

    async def all_of_them():
        return await asyncio.gather(*(ask(person) for person in (*pair, *pair, *pair)))

    assert asyncio.run(all_of_them()) == [{person.user_id} for person in (*pair, *pair, *pair)]


def test_a_connection_that_was_ended_passes_nothing_on_and_the_next_one_works(pair, superuser_connection):
    with pytest.raises(DatabaseError), transaction_as(as_user(pair.a)):
        owners()
        process = connection.connection.info.backend_pid
        superuser_connection.execute("SELECT pg_terminate_backend(%s, 10000)", [process])
        owners()
    connection.close()
    with transaction_as(as_user(pair.b)):
        assert owners() == {pair.b.user_id}
        assert connection.connection.info.backend_pid != process


def test_pooled_connections_that_were_all_ended_are_noticed_before_they_are_used(
    pair, superuser_connection, test_database
):
    connection.close()
    connection.close_pool()  # whatever earlier tests' threads still hold of it
    with transaction_as(as_user(pair.a)):
        owners()
    connection.close()
    superuser_connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND usename = 'beheard_app'",
        [test_database.name],
    )
    with transaction_as(as_user(pair.a)):  # CONN_HEALTH_CHECKS: the pool checks what it hands out
        assert owners() == {pair.a.user_id}


def test_prepared_statements_answer_to_whoever_asks_now(pair):
    for _ in range(12):  # beyond psycopg's threshold for preparing
        for person in pair:
            with transaction_as(as_user(person)), connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # enters the actor, which psycopg's own cursor below does not
                cursor.cursor.execute("SELECT DISTINCT owner_id FROM private_boundary", prepare=True)
                assert cursor.fetchall() == [(person.user_id,)]


def test_a_query_past_django_without_an_actor_sees_nothing(pair):
    with transaction_as(as_user(pair.a)), connection.cursor() as cursor, pytest.raises(psycopg.Error):
        cursor.cursor.connection.execute("SELECT 1 FROM private_boundary")


def test_a_settings_value_forged_by_hand_lasts_no_longer_than_the_transaction(pair):
    """Whoever runs SQL as the login role can name anyone (docs/privacy.md); it must not reach the next request."""
    with transaction_as(as_user(pair.a)), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor_id', %s, true)", [str(pair.b.user_id)])
    with transaction_as(as_user(pair.a)):
        assert owners() == {pair.a.user_id}


def test_ids_of_an_actor_are_uuids_and_nothing_that_could_be_sql():
    with pytest.raises(TypeError):
        Actor.user("'; RESET ROLE; --")
    with pytest.raises(NoActor):
        Actor.user(None)


def test_a_write_is_refused_by_the_row_it_would_leave(pair):
    with pytest.raises(ProgrammingError) as refused, transaction_as(as_user(pair.a)):
        Boundary.objects.create(**pair.b.ids, description="of someone else")
    assert isinstance(refused.value.__cause__, (psycopg.errors.InsufficientPrivilege, ProgrammingError))
    make_boundary(pair.a)
