"""A prying partner asks the server itself: who holds which lock, how much was written where, how large a table is."""

import pytest
from django.db import connection, transaction

from tests import database
from tests.couple import ADA, BEN, Couple
from tests.privacy.prying import ask, refused

pytestmark = pytest.mark.django_db

TELLING = [
    "SELECT * FROM pg_locks",
    "SELECT * FROM pg_lock_status()",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stat_get_activity(NULL)",
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_xact_all_tables",
    "SELECT * FROM pg_statio_user_tables",
    "SELECT * FROM pg_stat_user_functions",
    "SELECT * FROM pg_stat_database",
    "SELECT pg_stat_get_tuples_inserted('public.stages_step'::regclass)",
    "SELECT pg_stat_get_live_tuples('public.stages_step'::regclass)",
    "SELECT pg_relation_size('public.stages_safetycheck')",
    "SELECT pg_total_relation_size('public.stages_safetycheck')",
    "SELECT pg_database_size(current_database())",
    "SELECT reltuples, relpages FROM pg_class",
    "SELECT * FROM pg_statistic",
    "SELECT pg_try_advisory_xact_lock(1)",
    "SELECT pg_current_wal_lsn()",
    "SELECT * FROM people_user",
    "SELECT * FROM django_session",
]


@pytest.fixture
def couple():
    return Couple().until("signed")


def test_the_server_does_not_say_what_others_do(couple):
    assert [query for query in TELLING if not refused(couple, BEN, query)] == []


def test_column_statistics_of_protected_tables_are_closed(couple, superuser_connection):
    superuser_connection.execute("ANALYZE")
    assert (
        ask(couple, BEN, "SELECT tablename FROM pg_stats WHERE schemaname = 'public' AND tablename ~ '^stages_'") == []
    )


def test_nobody_makes_tables(couple):
    for query in ("CREATE TEMP TABLE mine (id int)", "CREATE TABLE public.mine (id int)"):
        assert refused(couple, BEN, query)


def test_the_lock_of_a_decision_has_a_number_the_other_cannot_make(couple):
    """Whoever knew the number could wait for it, and so watch the other decide."""
    number = "SELECT hashtextextended('consent chain of ' || %s, 0)"
    ((guessed,),) = ask(couple, BEN, number, [str(couple.actors[ADA].user_id)])
    with transaction.atomic():
        couple.write_letter(ADA)  # offered: a link in her chain; the lock is held until the end
        held = _held_by(connection.connection.info.backend_pid)
    assert held
    assert guessed not in held


def _held_by(pid: int) -> set[int]:
    with database.test_server().connect(connection.settings_dict["NAME"]) as superuser:
        rows = superuser.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND pid = %s",
            [pid],
        )
        return {number for (number,) in rows}
