"""Every table, every role, every operation, in raw SQL as the login role, against a second couple and against the partner."""

import pytest
from django.db import transaction

from beheard.rls import no_actor
from beheard.rls.allowed import ALLOWED_TABLES
from beheard.rls.declared import protected_tables
from tests.isolation.expected import EXPECTED, ROLES, May
from tests.isolation.world import REFUSED, attempt, columns_of, keys_of, trying

TABLES = sorted(protected_tables())
EVERY = [(table, role) for table in TABLES for role in ROLES]

# What the guide may write only in a certain state (no row of the world is in it): column values of such a row.
CANDIDATES = {
    ("private_identifiedneed", "ai"): {
        "origin": "GUIDE", "ai_confidence": 0.5, "confirmed": False, "confirmed_at": None,
    },
    ("private_boundary", "ai"): {"saved": False},
    ("library_librarycontribution", "user"): {"item_id": None},
}  # fmt: skip


def quoted(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


def test_every_table_has_an_entry():
    assert set(EXPECTED) == set(TABLES)


def test_both_couples_have_rows_in_every_table(world):
    for table, rows in world.rows.items():
        assert len(rows) >= 2, table
        for viewer in world.viewers("user"):
            scopes = {viewer.scope_of(row) for row in rows}
            assert "others" in scopes or scopes == {"anyone"}, f"{table} has no row of the other couple"


def test_each_condition_is_tried_on_rows_for_which_it_holds_and_on_others(world):
    for table, entry in EXPECTED.items():
        every = {row.key for row in world.rows[table]}
        for role, may in entry.roles.items():
            for condition in may.only.values():
                holding = world.where(table, condition)
                # Sessions that are still to begin have no second couple: test_session_topic has them.
                assert holding < every and (holding or table == "people_session"), f"{table} for {role}: {condition}"


@pytest.mark.parametrize(("table", "role"), EVERY)
def test_a_role_sees_what_is_its_own(world, table, role):
    for viewer in world.viewers(role):
        expected = world.expected(table, viewer, "S")
        with trying(viewer.actor):
            seen = attempt(f"SELECT {quoted(*keys_of(table))} FROM {table}")
        assert (set() if seen == REFUSED else seen) == expected
        if not _anywhere(table, role, "S"):
            assert seen == REFUSED, "there is a grant to select, and it is not needed"


@pytest.mark.parametrize(("table", "role"), EVERY)
def test_a_role_updates_what_is_its_own(world, table, role):
    may = EXPECTED[table].roles.get(role, May())
    every = columns_of(table)
    for viewer in world.viewers(role):
        with trying(viewer.actor):
            granted = [c for c in every if attempt(f"UPDATE {table} SET {quoted(c)} = DEFAULT WHERE false") != REFUSED]
            assert set(granted) == (set(may.columns or every) if _anywhere(table, role, "U") else set())
            if granted:
                keys = quoted(*keys_of(table))
                column = quoted(next(c for c in reversed(granted) if c not in keys_of(table)))
                changed = attempt(f"UPDATE {table} SET {column} = {column} RETURNING {keys}")
                assert changed == world.expected(table, viewer, "U")


@pytest.mark.parametrize(("table", "role"), EVERY)
def test_a_role_deletes_what_is_its_own(world, table, role):
    for viewer in world.viewers(role):
        expected = world.expected(table, viewer, "D")
        with trying(viewer.actor):
            if not _anywhere(table, role, "D"):
                assert attempt(f"DELETE FROM {table}") == REFUSED
            elif not _anywhere(table, role, "S"):
                assert attempt(f"DELETE FROM {table}") == len(expected)  # what can't be read can't be named either
            else:
                assert attempt(f"DELETE FROM {table} RETURNING {quoted(*keys_of(table))}") == expected


@pytest.mark.parametrize(("table", "role"), EVERY)
def test_a_role_inserts_what_is_its_own(world, table, role):
    """Each row of the world is written once more. Row-level security answers before the row is found to be there already."""
    may = EXPECTED[table].roles.get(role, May())
    columns = columns_of(table)
    query = f"INSERT INTO {table} ({quoted(*columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    for viewer in world.viewers(role):
        passed, tried = set(), set()
        with trying(viewer.actor):
            for row in world.rows[table]:
                values = _written(table, row.values | CANDIDATES.get((table, role), {}), columns)
                scope = viewer.scope_of(row)
                tried.add(scope)
                if attempt(query, values) != REFUSED:
                    passed.add(scope)
        assert passed == {scope for scope in tried - {"others"} if "I" in getattr(may, scope)}


@pytest.mark.parametrize("table", TABLES)
def test_without_an_actor_no_protected_table_can_be_touched(world, table):
    with no_actor(), transaction.atomic():
        column = quoted(columns_of(table)[0])
        assert attempt(f"SELECT {column} FROM {table}") == REFUSED
        assert attempt(f"UPDATE {table} SET {column} = DEFAULT") == REFUSED
        assert attempt(f"DELETE FROM {table}") == REFUSED
        assert attempt(f"INSERT INTO {table} DEFAULT VALUES") == REFUSED
        assert attempt(f"TRUNCATE {table}") == REFUSED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", sorted(ALLOWED_TABLES))
def test_no_actor_reads_or_writes_accounts(world, table, role):
    (viewer, *_) = world.viewers(role)
    with trying(viewer.actor):
        assert attempt(f"SELECT count(*) FROM {table}") == REFUSED
        assert attempt(f"DELETE FROM {table}") == REFUSED
        assert attempt(f"INSERT INTO {table} DEFAULT VALUES") == REFUSED


@pytest.mark.parametrize("table", TABLES)
def test_nobody_truncates_or_locks_others_out(world, table):
    for role in ROLES:
        (viewer, *_) = world.viewers(role)
        with trying(viewer.actor):
            assert attempt(f"TRUNCATE {table}") == REFUSED


GIVEN_AWAY = [
    table
    for table in TABLES
    if "U" in (may := EXPECTED[table].roles.get("user", May())).own
    and not may.columns
    and "owner_id" in columns_of(table)
]


@pytest.mark.parametrize("table", GIVEN_AWAY)
def test_an_owner_can_neither_give_a_row_away_nor_take_one(world, table):
    (ana, _) = world.viewers("user")
    with trying(ana.actor):
        for stranger in (world.ana_and_ben.b, world.cleo_and_dan.a):
            assert attempt(f"UPDATE {table} SET owner_id = %s", [stranger.user_id]) == REFUSED
            assert (
                attempt(f"UPDATE {table} SET owner_id = %s WHERE owner_id = %s", [ana.person.user_id, stranger.user_id])
                == 0
            )


def _anywhere(table: str, role: str, letter: str) -> bool:
    may = EXPECTED[table].roles.get(role, May())
    return any(letter in letters for letters in (may.own, may.partner, may.both, may.anyone))


def _written(table: str, values: dict, columns: list[str]) -> list:
    """As psycopg takes them: vectors and JSON as text."""
    from psycopg.types.json import Jsonb

    plain = []
    for column in columns:
        value = values[column]
        if isinstance(value, dict):
            value = Jsonb(value)
        elif hasattr(value, "to_text"):
            value = value.to_text()
        plain.append(value)
    return plain
