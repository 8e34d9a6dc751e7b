"""Rows under row-level security beside the same rows with the owner in the WHERE, unprepared, through psycopg.

Both ways use one server process, since two of them differ by more than a policy costs: a superuser's, who for ours takes
the actor's role.
"""

from uuid import uuid4

import pytest

from beheard.rls.backend.base import entry_sql
from tests.benchmarks.figures import Figure
from tests.benchmarks.plans import defects, plan_of
from tests.benchmarks.timing import Compared, compare, seconds

pytestmark = pytest.mark.bench

COLUMNS = (
    "id, description, attributed_to, emotions, stage, source_message_id, timestamp, owner_id, session_id, vessel_id"
)
LATEST = (
    f"SELECT {COLUMNS} FROM private_userevent WHERE vessel_id = %(vessel)s {{owner}} ORDER BY timestamp DESC LIMIT 20"
)
FEED = f"SELECT {COLUMNS} FROM private_userevent {{owner}} ORDER BY timestamp DESC LIMIT 20"
COUNT = "SELECT count(*) FROM private_userevent {owner}"
SHARED = "SELECT id, session_id, kind, met_at FROM stages_meeting WHERE session_id = %(session)s"

EVENT = f"""INSERT INTO private_userevent ({COLUMNS})
    VALUES (%(id)s, %(words)s, 'SELF', %(feelings)s, 1, NULL, now(), %(owner)s, %(session)s, %(vessel)s)"""
DRAFT = """INSERT INTO private_draft (id, owner_id, session_id, vessel_id, key, text, updated_at)
    VALUES (%(id)s, %(owner)s, %(session)s, %(vessel)s, %(key)s, %(words)s, now())"""
WORDS = {"words": b"\1" * 180, "feelings": b"\1" * 70, "key": "conversation"}


@pytest.fixture
def connection(seeded_database):
    with seeded_database.superuser() as connection:
        yield connection


def act(connection, vessel) -> None:
    connection.rollback()
    connection.execute(entry_sql(vessel.person))


def bypass(connection, vessel) -> None:
    connection.rollback()
    connection.execute("SELECT 1")


def values(vessel) -> dict:
    return {"vessel": vessel.id, "owner": vessel.owner_id, "session": vessel.session_id, "id": uuid4(), **WORDS}


def compared(connection, vessels, query: str, owner: str) -> Compared:
    """Ours names no owner: the policy adds it."""

    def rows(begin, vessel, owner="") -> tuple[float, list]:
        begin(connection, vessel)
        statement, parameters = query.format(owner=owner), values(vessel)
        found = connection.execute(statement, parameters).fetchall()  # once untimed: entering is another figure
        return seconds(lambda: connection.execute(statement, parameters).fetchall()), found

    seen = rows(act, vessels[0])[1]
    assert seen and seen == rows(bypass, vessels[0], owner)[1]
    return compare(lambda vessel: rows(act, vessel)[0], lambda vessel: rows(bypass, vessel, owner)[0], vessels)


def assert_plan(connection, vessel, query: str, table: str) -> None:
    act(connection, vessel)
    assert defects(plan_of(connection, query.format(owner=""), values(vessel)), {table}) == []


def test_reads(connection, seeded_database, board):
    vessels = seeded_database.vessels(1_500)
    for query in (LATEST, FEED, COUNT):
        assert_plan(connection, vessels[0], query, "private_userevent")
    assert_plan(connection, vessels[0], SHARED, "stages_meeting")
    latest = compared(connection, vessels, LATEST, "AND owner_id = %(owner)s")
    feed = compared(connection, vessels, FEED, "WHERE owner_id = %(owner)s")
    count = compared(connection, vessels, COUNT, "WHERE owner_id = %(owner)s")
    shared = compared(connection, vessels, SHARED, "")
    board.add(
        Figure("latest 20 of a vessel under RLS / floor", latest.ratio, 1.10, 1.20, note=latest.note),
        Figure("own feed of 20 by the policy alone / floor", feed.ratio, 1.15, 2, note=feed.note),
        Figure("count(*) by the policy alone / floor", count.ratio, 1.15, 2, note=count.note),
        Figure("a row both may see (ANY (ARRAY(...))) / floor", shared.ratio, note=shared.note),
    )


def test_inserts(connection, seeded_database, board):
    """Both fire the same triggers and check the same foreign keys; only the policy's check differs."""
    vessels = seeded_database.vessels(1_000)

    def insert(begin, query, vessel) -> float:
        begin(connection, vessel)
        with connection.transaction(force_rollback=True):
            connection.execute(query, values(vessel))
        parameters = values(vessel)
        took = seconds(lambda: connection.execute(query, parameters))
        connection.rollback()
        return took

    def measured(query) -> Compared:
        return compare(lambda vessel: insert(act, query, vessel), lambda vessel: insert(bypass, query, vessel), vessels)

    draft, event = measured(DRAFT), measured(EVENT)
    board.add(
        Figure("insert with check / floor, no content trigger", draft.ratio, 1.15, 1.5, note=draft.note),
        Figure("insert with check / floor, same content triggers", event.ratio, 1.15, 1.5, note=event.note),
    )
