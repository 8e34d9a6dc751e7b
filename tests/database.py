"""A test process's database: migrated once as the owner into a template, copied per process, emptied as superuser.

Tests themselves log in as `beheard_app`, exactly as the site does.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from beheard.local.bootstrap import prepare_database, prepare_roles
from beheard.local.folders import locked
from beheard.local.postgres import Postgres
from beheard.local.servers import servers

# Nothing in these is made or changed by tests.
UNTOUCHED = {"django_migrations", "django_content_type", "auth_permission"}
# Files that can't change what migrate leaves behind.
WITHOUT_EFFECT = {"views.py", "forms.py", "urls.py", "queries.py", "actions.py", "tasks.py", "middleware.py"}
APPS = ("beheard", "consent", "library", "stages", "vessels")


def test_server() -> Postgres:
    return servers(settings.ENV.data_folder).postgres


@dataclass
class TestDatabase:
    """A copy of the migrated template, this process's own."""

    __test__ = False
    name: str
    seeded: dict = field(default_factory=dict)  # tables that migrations filled: what they held

    def superuser(self, **options):
        return test_server().connect(self.name, **options)

    def create(self, *, anew: bool = False) -> None:
        """Copies the template, migrating it first when there is none of the code as it is now."""
        server = test_server()
        with locked(server.folder / "test-databases.lock"):
            drop_abandoned(server)
            template = current_template(server, anew=anew)
            prepare_database(server, self.name, template)
        point_connections_at(self.name)
        with self.superuser() as connection:
            self.seeded = {table: _held(connection, table) for table in _filled(connection)}

    def drop(self) -> None:
        close_connections()
        drop(test_server(), self.name)

    def empty(self) -> None:
        """Back to what migrations left, whoever wrote what: no policy, trigger or foreign key stands in the way."""
        with self.superuser(autocommit=False) as connection:
            connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '10s'")
            restored = [table for table, held in self.seeded.items() if _signature(connection, table) != held.signature]
            emptied = [t for t in _tables(connection) if t not in UNTOUCHED and t not in self.seeded] + restored
            deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in emptied]
            connection.execute(sql.SQL("; ").join(deletes))
            for table in restored:
                self.seeded[table].put_back(connection, table)


@dataclass(frozen=True)
class Held:
    """The rows of a table, and a cheap sign of whether it has been written to since."""

    signature: tuple
    columns: tuple[str, ...]
    rows: bytes

    def put_back(self, connection, table: str) -> None:
        with connection.cursor().copy(_copy(table, self.columns, "FROM STDIN")) as copy:
            copy.write(self.rows)


def point_connections_at(name: str) -> None:
    close_connections()
    for alias in connections:
        connections.settings[alias]["NAME"] = name


def close_connections() -> None:
    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


# --- the template --------------------------------------------------------------------------------------------------


def current_template(server: Postgres, *, anew: bool = False) -> str:
    """The name of the database that `migrate` made from the code as it is now. Call under the lock."""
    name = f"template_{fingerprint(settings.BASE_DIR)}"
    existing = _databases(server, "template\\_%")
    if name in existing and not anew:
        return name
    for other in existing:
        drop(server, other)
    unfinished = "unfinished_template"
    drop(server, unfinished)
    prepare_roles(server)
    prepare_database(server, unfinished)
    point_connections_at(unfinished)
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    close_connections()
    with server.connect() as connection:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def fingerprint(base_dir: Path) -> str:
    """Changes whenever a file changes that could change the migrated database."""
    mark = hashlib.sha256(str(os.environ.get("PGSERVER_POSTGRES_VERSION")).encode())
    for path in sorted(path for app in APPS for path in (base_dir / app).rglob("*")):
        if path.suffix in {".py", ".sql", ".json", ".toml"} and path.name not in WITHOUT_EFFECT:
            mark.update(path.relative_to(base_dir).as_posix().encode() + path.read_bytes())
    return mark.hexdigest()[:16]


def drop_abandoned(server: Postgres) -> None:
    """Removes databases of test processes that no longer exist. Their names carry the process id."""
    for name in _databases(server, "test\\_%"):
        if not psutil.pid_exists(int(name.split("_")[1])):
            drop(server, name)


def drop(server: Postgres, name: str) -> None:
    with server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _databases(server: Postgres, pattern: str) -> list[str]:
    with server.connect() as connection:
        return [
            name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        ]


# --- tables --------------------------------------------------------------------------------------------------------


def _tables(connection) -> list[str]:
    query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    return [name for (name,) in connection.execute(query)]


def _filled(connection) -> list[str]:
    holds_rows = sql.SQL("SELECT EXISTS (SELECT FROM {})")
    tables = [table for table in _tables(connection) if table not in UNTOUCHED]
    return [table for table in tables if connection.execute(holds_rows.format(sql.Identifier(table))).fetchone()[0]]


def _held(connection, table: str) -> Held:
    query = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
               AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
    columns = tuple(name for (name,) in connection.execute(query, [f'public."{table}"']))
    with connection.cursor().copy(_copy(table, columns, "TO STDOUT")) as copy:
        rows = b"".join(copy)
    return Held(_signature(connection, table), columns, rows)


def _signature(connection, table: str) -> tuple:
    query = sql.SQL("SELECT count(*), max(xmin::text::bigint), sum(hashtext(ctid::text)) FROM {}")
    return connection.execute(query.format(sql.Identifier(table))).fetchone()


def _copy(table: str, columns: tuple[str, ...], direction: str):
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), names)
