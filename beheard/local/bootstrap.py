"""Roles, database, extension and schemas on the embedded server, as superuser. Everything here may be repeated."""

import hashlib
from pathlib import Path

from beheard.local.postgres import Postgres

HERE = Path(__file__).parent
DATABASE = "beheard"


def is_bootstrapped(postgres: Postgres) -> bool:
    """Whether the scripts as they are now have been run to their end. Reads files only."""
    return _mark(postgres).exists()


def bootstrap(postgres: Postgres, database: str = DATABASE) -> None:
    """Creates the roles and the database where missing. Leaves its mark only when everything has been done."""
    prepare_roles(postgres)
    prepare_database(postgres, database)
    _mark(postgres).touch()


def prepare_roles(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        # Two processes at once would both try to create the same role.
        connection.execute("SELECT pg_advisory_lock(%s)", [0xBEEA])
        connection.execute((HERE / "roles.sql").read_text())


def prepare_database(postgres: Postgres, database: str, template: str | None = None) -> None:
    """Creates the database when missing (as a copy of `template`, when given) and gives it owner, schemas and grants.

    A copy does not take over the grants on its template: they are set here for either.
    """
    from psycopg import sql

    with postgres.connect() as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount:
            create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
            if template:
                create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            connection.execute(create)
    with postgres.connect(database) as connection:
        connection.execute((HERE / "database.sql").read_text())


def _mark(postgres: Postgres) -> Path:
    scripts = (HERE / "roles.sql").read_bytes() + (HERE / "database.sql").read_bytes()
    return postgres.folder / f"bootstrapped-{postgres.version}-{hashlib.sha256(scripts).hexdigest()[:12]}"
