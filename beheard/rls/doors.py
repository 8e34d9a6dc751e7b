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
from django.db import connection

from beheard.rls.constraints import DOOR_ROLE, ROLES


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
    """Create or replace every door function, as its owner, with exactly the grants its file names."""
    with using.cursor() as cursor:
        cursor.execute(f"SET ROLE {DOOR_ROLE}")
        try:
            cursor.execute("SET check_function_bodies = off")  # before the first migration no table stands yet
            cursor.execute("GRANT USAGE ON SCHEMA door TO beheard_owner")
            for file in door_files():
                cursor.execute(file.sql)
                _grant(cursor, file)
        finally:
            cursor.execute("RESET check_function_bodies; RESET ROLE")


def _grant(cursor, file: DoorFile) -> None:
    cursor.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'door' AND p.proname = %s",
        [file.name],
    )
    found = cursor.fetchall()
    if len(found) != 1:
        raise RuntimeError(f"door/{file.name}.sql must define exactly one function of that name, found {len(found)}")
    (signature,) = found[0]
    everyone = ", ".join(f"beheard_{role}" for role in ROLES if role != "door")
    cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, {everyone}")
    if file.sql.startswith("-- trigger"):
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO beheard_owner")  # to name it in CREATE TRIGGER
    if file.roles:
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join('beheard_' + r for r in file.roles)}")


def door(name: str, *args: Any) -> list[dict[str, Any]]:
    """Call a door function as the current actor; rows as dictionaries (a scalar is in the key of the function's name)."""
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
