"""Everything that is in the database, as a superuser sees it, and whose each row is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db import Error, connection, transaction
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from beheard.rls import Actor, transaction_as
from beheard.rls.declared import protected_tables
from tests.factories import Couple, Person
from tests.furnished import CURATOR
from tests.isolation.expected import EXPECTED, May

OWNER_COLUMNS = ("owner_id", "user_id")
FOR_ALL = ("curator", "auditor", "system")


@dataclass(frozen=True)
class Row:
    key: tuple
    values: dict = field(hash=False, compare=False)
    owner: object = None
    session: object = None


@dataclass(frozen=True)
class Viewer:
    """A role, and the person it stands for (the joint actor: the session of the couple)."""

    role: str
    person: Person
    couple: Couple

    @property
    def actor(self) -> Actor:
        person = self.person
        return {
            "user": lambda: Actor.user(person.user_id, person.session_id),
            "ai": lambda: Actor.ai(person.user_id, person.session_id),
            "joint": lambda: Actor.joint(person.session_id),
            "curator": lambda: Actor.curator(CURATOR),
            "auditor": lambda: Actor.auditor(CURATOR),
            "system": Actor.system,
        }[self.role]()

    def scope_of(self, row: Row) -> str:
        """own, partner, both, anyone; or `others`: another couple's, about which nothing may be known."""
        if self.role in FOR_ALL or (row.owner is None and row.session is None):
            return "anyone"
        people = {person.user_id: person for person in self.couple}
        if self.role == "joint":
            return "both" if row.session == self.person.session_id else "others"
        if row.owner is None:
            return "both" if row.session == self.person.session_id else "others"
        if row.owner == self.person.user_id:
            return "own"
        return "partner" if row.owner in people else "others"


@dataclass
class World:
    superuser: object
    ana_and_ben: Couple
    cleo_and_dan: Couple

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        return {name: list(self._read(table)) for name, table in protected_tables().items()}

    @cached_property
    def sessions(self) -> dict:
        """Relationship to session: each couple has one of each."""
        return dict(self.superuser.execute("SELECT relationship_id, id FROM people_session").fetchall())

    def viewers(self, role: str) -> list[Viewer]:
        couple = self.ana_and_ben
        return [Viewer(role, person, couple) for person in (couple if role in ("user", "ai") else [couple.a])]

    def _read(self, table):
        cursor = self.superuser.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table.name)))
        names = [column.name for column in cursor.description]
        for values in cursor.fetchall():
            values = dict(zip(names, values, strict=True))
            yield Row(key_of(table.name, values), values, self._owner(values), self._session(table.name, values))

    @staticmethod
    def _owner(values: dict):
        return next((values[name] for name in OWNER_COLUMNS if values.get(name)), None)

    def _session(self, table: str, values: dict):
        if table == "people_session":
            return values["id"]
        relationship = values["id"] if table == "people_relationship" else values.get("relationship_id")
        return self.sessions.get(relationship) or values.get("session_id")

    def where(self, table: str, condition: str) -> set[tuple]:
        keys = sql.SQL(", ").join(map(sql.Identifier, keys_of(table)))
        query = sql.SQL("SELECT {} FROM {} WHERE {}").format(keys, sql.Identifier(table), sql.SQL(condition))
        return set(self.superuser.execute(query).fetchall())

    def expected(self, table: str, viewer: Viewer, letter: str) -> set[tuple]:
        """The keys of the rows for which tests/isolation/expected.py says this letter."""
        may = EXPECTED[table].roles.get(viewer.role, May())
        found = set()
        for row in self.rows[table]:
            scope = viewer.scope_of(row)
            if scope != "others" and letter in getattr(may, scope):
                condition = may.only.get(f"{scope} {letter}") or may.only.get(letter)
                if condition is None or row.key in self.where(table, condition):
                    found.add(row.key)
        return found


def keys_of(table: str) -> list[str]:
    return [field.column for field in protected_tables()[table].model._meta.pk_fields]


def key_of(table: str, values: dict) -> tuple:
    return tuple(values[name] for name in keys_of(table))


def columns_of(table: str, *, generated: bool = False) -> list[str]:
    fields = protected_tables()[table].model._meta.concrete_fields
    return [field.column for field in fields if field.column and (generated or not getattr(field, "generated", False))]


REFUSED = "refused"


def attempt(query, params=(), *, fetch: bool = True):
    """Rows (or their number); REFUSED when a grant or a policy says no; the error when something else stands in the way.

    Leaves the surrounding transaction as it was.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, params)
            result = set(cursor.fetchall()) if fetch and cursor.description else cursor.rowcount
            transaction.set_rollback(True)
            return result
    except Error as error:
        return REFUSED if isinstance(error.__cause__, InsufficientPrivilege) else error


class trying:
    """A transaction as an actor, of which nothing remains."""

    def __init__(self, actor: Actor):
        self.block = transaction_as(actor)

    def __enter__(self):
        return self.block.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        return self.block.__exit__(*error)
