"""One seeded database for all figures of a run, and the table at its end."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import ClientCursor

from beheard.local.folders import locked
from beheard.rls.actor import Actor
from tests.benchmarks import seed
from tests.benchmarks.figures import Board
from tests.database import TestDatabase, close_connections, current_template, drop, point_connections_at, test_server

BOARD = pytest.StashKey[Board]()


def pytest_configure(config):
    config.stash[BOARD] = Board(about=[about_this_machine()])


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[BOARD].figures:
        terminalreporter.section("figures of DESIGN §10", sep="=")
        terminalreporter.write_line("\n".join(config.stash[BOARD].lines()))


def about_this_machine() -> str:
    today, load = datetime.now(UTC).date(), os.getloadavg()[0]
    return f"{today}, {os.cpu_count()} cores, load {load:.1f} at the start, Python {platform.python_version()}"


@pytest.fixture(scope="session")
def board(pytestconfig) -> Board:
    return pytestconfig.stash[BOARD]


@dataclass(frozen=True)
class Seeded:
    """The seeded database, and connections to it that see what an actor sees, or everything."""

    name: str
    size: seed.Size

    def superuser(self, **options):
        return psycopg.connect(**self._place(user="postgres"), **options)

    def _place(self, user: str) -> dict:
        # As Django does it: values are merged into the statement, nothing is prepared.
        host = str(test_server().socket_folder)
        return {
            "host": host,
            "user": user,
            "dbname": self.name,
            "cursor_factory": ClientCursor,
            "prepare_threshold": None,
            "options": "-c statement_timeout=60000",
        }

    def vessels(self, count: int) -> list["Vessel"]:
        """So many vessels from all over the database, the same in each run."""
        query = """SELECT id, owner_id, session_id FROM private_uservessel JOIN people_user u ON u.id = owner_id
                   WHERE u.password = '!' ORDER BY md5(private_uservessel.id::text) LIMIT %s"""
        with self.superuser() as connection:
            query = query.replace("SELECT id", "SELECT private_uservessel.id")
            return [Vessel(*row) for row in connection.execute(query, [count])]


@dataclass(frozen=True)
class Vessel:
    id: object
    owner_id: object
    session_id: object

    @property
    def person(self) -> Actor:
        return Actor.user(self.owner_id)

    @property
    def guide(self) -> Actor:
        return Actor.ai(self.owner_id, self.session_id)


@pytest.fixture(scope="session")
def seeded_database(django_test_environment, django_db_blocker, board):
    """Made once a run from the migrated template, dropped after it. Tests may leave rows in it."""
    with django_db_blocker.unblock():
        server, database = test_server(), TestDatabase(f"test_{os.getpid()}_seeded")
        with locked(server.folder / "test-databases.lock"):
            template = current_template(server)
            from beheard.local.bootstrap import prepare_database

            prepare_database(server, database.name, template)
        with database.superuser() as connection:
            size = seed.seed(connection)
            version = connection.execute("SHOW server_version").fetchone()[0].split()[0]
            pgvector = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()[0]
        board.about += [f"PostgreSQL {version}, pgvector {pgvector}. {size}"]
        yield Seeded(database.name, size)
        close_connections()
        drop(server, database.name)


@pytest.fixture
def seeded(seeded_database, django_db_blocker):
    """Inside: Django's connections lead to the seeded database. What is written there stays until the end of the run."""
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        point_connections_at(seeded_database.name)
        yield seeded_database
        point_connections_at(before)
