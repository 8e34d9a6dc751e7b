"""Each constraint of the database, both ways: what it refuses, and what it lets pass. A constraint without an entry fails.

Rows of the world are changed, or written once more, by a superuser without triggers and foreign keys, and rolled back: what
is left to say no is the constraint.
"""

from uuid import uuid4

import psycopg
import pytest
from django.db.models import CheckConstraint, UniqueConstraint
from psycopg import sql
from psycopg.types.json import Jsonb

from beheard.rls.declared import protected_tables
from tests.isolation.constraint_cases import BEGIN, CHECKS, MASKED, NEW, UNIQUES


def declared(kind) -> dict[str, str]:
    return {item.name: name for name, table in protected_tables().items() for item in table.constraints(kind)}


def implied(name: str, table: str) -> bool:
    """Over the primary key and more: only there for composite foreign keys to point at."""
    model = protected_tables()[table].model
    constraint = next(item for item in model._meta.constraints if item.name == name)
    return {field.name for field in model._meta.pk_fields} <= set(constraint.fields)


def test_every_constraint_has_an_entry():
    uniques = {name for name, table in declared(UniqueConstraint).items() if not implied(name, table)}
    assert set(CHECKS) == set(declared(CheckConstraint))
    assert set(UNIQUES) == uniques


def outcome(world, query, values) -> str | None:
    """The name of the constraint that refuses, or None. Nothing remains."""
    superuser = world.superuser
    with superuser.transaction(force_rollback=True):
        superuser.execute("SET LOCAL session_replication_role = replica")
        try:
            superuser.execute(query, values)
        except psycopg.errors.IntegrityError as error:
            return error.diag.constraint_name
    return None


def changed(world, table: str, changes: dict) -> str | None:
    row = world.rows[table][0]
    keys = [field.column for field in protected_tables()[table].model._meta.pk_fields]
    names = changes or {keys[0]: row.values[keys[0]]}
    sets = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in names)
    where = sql.SQL(" AND ").join(sql.SQL("{} = {}").format(sql.Identifier(key), sql.Placeholder()) for key in keys)
    query = sql.SQL("UPDATE {} SET {} WHERE {}").format(sql.Identifier(table), sets, where)
    return outcome(world, query, [*names.values(), *row.key])


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_lets_pass_and_refuses(world, name):
    table = declared(CheckConstraint)[name]
    good, bad = CHECKS[name]
    assert [changed(world, table, changes) for changes in good] == [None] * len(good)
    assert [changed(world, table, changes) for changes in bad] == [MASKED.get(name, name)] * len(bad)


@pytest.mark.parametrize("name", sorted(UNIQUES))
def test_a_unique_constraint_lets_pass_and_refuses(world, name):
    table = declared(UniqueConstraint)[name]
    good, bad = UNIQUES[name]
    assert second(world, table, name, good) is None
    assert second(world, table, name, bad) == name


def second(world, table: str, name: str, differing: dict) -> str | None:
    fitting = world.where(table, BEGIN.get(name, "true"))
    row = next(row for row in world.rows[table] if row.key in fitting)
    changes = {column: uuid4() if value is NEW else value for column, value in differing.items()}
    values = row.values | {"id": uuid4()} | changes
    columns = [field.column for field in protected_tables()[table].model._meta.concrete_fields]
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
    )
    return outcome(world, query, [Jsonb(values[c]) if isinstance(values[c], dict) else values[c] for c in columns])
