"""However actors, transactions, exceptions, savepoints, pooled connections, threads and tasks come after one another, each
asks as itself and sees its own rows (hypothesis finds the orders nobody would write down).

Derandomised and limited: every run tries the same examples.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beheard.rls import Actor, OutsideTransaction, act_as, current_actor, no_actor
from tests.isolation.world import REFUSED, attempt

LIMITED = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FEWER = settings(LIMITED, max_examples=40)
TABLES = ("private_boundary", "stages_message", "stages_step", "stages_notification")
QUERY = " UNION ALL ".join(f"SELECT owner_id FROM {table}" for table in TABLES)


class Interruption(Exception):
    pass


# A program is a list of steps; a step may hold a program of its own.
PERSON = st.integers(0, 3)
READ = st.just(("read",))
CLOSE = st.just(("close",))


def blocks(program):
    return st.one_of(
        st.tuples(st.just("as"), PERSON, program),
        st.tuples(st.just("nobody"), program),
        st.tuples(st.just("atomic"), program),
        st.tuples(st.just("rolled back"), program),
        st.tuples(st.just("interrupted"), program),
        st.tuples(st.just("fails as"), PERSON, program),
    )


PROGRAM = st.recursive(
    st.lists(st.one_of(READ, CLOSE), min_size=1, max_size=3),
    lambda program: st.lists(st.one_of(READ, blocks(program)), min_size=1, max_size=4),
    max_leaves=14,
)


class Machine:
    """Runs a program and holds every answer against who was asking."""

    def __init__(self, people):
        self.people = people
        self.answers = 0

    def run(self, program) -> None:
        for step, *rest in program:
            getattr(self, "do_" + step.replace(" ", "_"))(*rest)

    def do_read(self):
        actor = current_actor()
        if not connection.in_atomic_block:
            if actor:
                with pytest.raises(OutsideTransaction):
                    read()
            return
        if connection.needs_rollback:
            return
        seen = attempt(QUERY)
        if actor is None:
            assert seen == REFUSED
        else:
            assert seen == {(actor.user_id,)}
            self.answers += 1

    def do_close(self):
        if not connection.in_atomic_block:
            connection.close()  # back to the pool; the next statement may get any connection

    def do_as(self, number, program):
        with act_as(Actor.user(self.people[number].user_id)):
            self.run(program)

    def do_nobody(self, program):
        with no_actor():
            self.run(program)

    def do_atomic(self, program):
        with transaction.atomic():
            self.run(program)

    def do_rolled_back(self, program):
        with transaction.atomic():
            self.run(program)
            transaction.set_rollback(True)

    def do_interrupted(self, program):
        try:
            with transaction.atomic():
                self.run(program)
                raise Interruption
        except Interruption:
            pass

    def do_fails_as(self, number, program):
        """The database itself ends what was begun, while someone is acting."""
        try:
            with transaction.atomic(), act_as(Actor.user(self.people[number].user_id)), connection.cursor() as cursor:
                self.run(program)
                cursor.execute("SELECT 1 / 0")
        except DatabaseError:
            pass


def read():
    with connection.cursor() as cursor:
        cursor.execute(QUERY)


def everyone(world):
    return [*world.ana_and_ben, *world.cleo_and_dan]


@LIMITED
@given(program=PROGRAM)
def test_one_connection(world, program):
    Machine(everyone(world)).run([("as", 0, program), ("atomic", [("as", 1, program)]), *program])
    assert current_actor() is None


def test_programs_do_ask_and_are_answered(world):
    machine = Machine(everyone(world))
    machine.run([("as", 2, [("atomic", [("read",), ("rolled back", [("as", 3, [("read",)])]), ("read",)])])])
    assert machine.answers == 3


@FEWER
@given(programs=st.lists(PROGRAM, min_size=2, max_size=4))
def test_threads_over_one_pool(world, programs):
    def in_a_thread(number, program):
        try:
            Machine(everyone(world)).run([("as", number, [("atomic", program)]), ("close",), *program])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(programs)) as threads:
        for done in [threads.submit(in_a_thread, number, program) for number, program in enumerate(programs)]:
            done.result()


@FEWER
@given(turns=st.lists(st.tuples(PERSON, PROGRAM, st.booleans()), min_size=2, max_size=5))
def test_tasks_in_one_event_loop(world, turns):
    def work(program):
        try:
            Machine(everyone(world)).run([("atomic", program)])
        finally:
            connection.close()

    async def task(number, program, shared):
        with act_as(Actor.user(everyone(world)[number].user_id)):
            await sync_to_async(work, thread_sensitive=shared)(program)
            await asyncio.sleep(0)
            await sync_to_async(work, thread_sensitive=shared)(program)

    async def gather():
        await asyncio.gather(*(task(*turn) for turn in turns))

    asyncio.run(gather())
    assert current_actor() is None
