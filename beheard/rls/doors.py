"""Door functions: the few things neither partner may read or write alone.

Each is one file, `<app>/door/<name>.sql`: SECURITY DEFINER, owned by the NOLOGIN role `beheard_door`, first line
`-- grant: user, ai`. Files whose first line is `-- trigger` are trigger functions (no grant). They are installed before
every migration (policies name them; bodies are plpgsql and find their tables later) and verified by check_rls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from beheard.rls.constraints import DOOR_ROLE, ROLES

CHANGED_DEFINITION = "42P13"  # CREATE OR REPLACE can't change a result or the names of arguments


@dataclass(frozen=True)
class DoorFile:
    name: str
    roles: tuple[str, ...]
    sql: str


def door_files() -> Iterator[DoorFile]:
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path).glob("door/*.sql")):
            yield _read(path)


def _read(path: Path) -> DoorFile:
    text = path.read_text()
    first = text.splitlines()[0]
    if first.strip() == "-- trigger":
        return DoorFile(path.stem, (), text)
    if not first.startswith("-- grant:"):
        raise ValueError(f"{path.name} says neither '-- grant:' nor '-- trigger'")
    roles = tuple(filter(None, (role.strip() for role in first.removeprefix("-- grant:").split(","))))
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"{path.name} grants to unknown roles {unknown}")
    return DoorFile(path.stem, roles, text)


def install(using) -> None:
    """Make every door function what its file says, as its owner, with exactly the grants the file names.

    All or nothing. A function whose arguments or result have changed is replaced; one without a file is removed.
    """
    files = list(door_files())
    with transaction.atomic(using=using.alias), using.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {DOOR_ROLE}")
        cursor.execute("SET LOCAL check_function_bodies = off")  # before the first migration no table stands yet
        cursor.execute("GRANT USAGE ON SCHEMA door TO beheard_owner")
        for file in files:
            _create(cursor, file)
            _grant(cursor, file)
        _drop(cursor, _signatures(cursor, "p.proname <> ALL (%s)", [file.name for file in files]))
        cursor.execute("RESET ROLE; RESET check_function_bodies")


def _create(cursor, file: DoorFile) -> None:
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute(file.sql)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) != CHANGED_DEFINITION:
            raise
        standing = None
    else:
        standing = _signatures(cursor, "p.proname = %s", file.name)
    if standing is None or len(standing) > 1:  # its result or its arguments have changed
        _drop(cursor, _signatures(cursor, "p.proname = %s", file.name))
        cursor.execute(file.sql)


def _drop(cursor, signatures: dict[int, str]) -> None:
    for signature in signatures.values():
        cursor.execute(f"DROP FUNCTION {signature}")


def _signatures(cursor, where: str, value) -> dict[int, str]:
    cursor.execute(
        "SELECT p.oid, p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        f"WHERE n.nspname = 'door' AND {where}",
        [value],
    )
    return dict(cursor.fetchall())


def _grant(cursor, file: DoorFile) -> None:
    found = list(_signatures(cursor, "p.proname = %s", file.name).values())
    if len(found) != 1:
        raise RuntimeError(f"door/{file.name}.sql must define exactly one function of that name, found {len(found)}")
    (signature,) = found
    everyone = ", ".join(f"beheard_{role}" for role in ROLES if role != "door")
    cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, {everyone}")
    if file.sql.startswith("-- trigger"):
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO beheard_owner")  # to name it in CREATE TRIGGER
    if file.roles:
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join('beheard_' + r for r in file.roles)}")


def door(name: str, *args: Any) -> list[dict[str, Any]]:
    """Call a door function as the current actor; rows as dictionaries (a scalar's key is the function's name)."""
    if not name.isidentifier():
        raise ValueError("not a door")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM door.{name}({', '.join(['%s'] * len(args))})", args)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def door_value(name: str, *args: Any) -> Any:
    """The one value of a door function that returns a scalar; None when it returns no row."""
    rows = door(name, *args)
    return next(iter(rows[0].values())) if rows else None
