"""Whether every function is one of our door files, exactly, and opened to no one else. Part of beheard.rls.check."""

from __future__ import annotations

import re

from django.db import Error, transaction

from beheard.rls.catalog import FUNCTION_GRANTS, FUNCTIONS, TEMPORARY_FUNCTIONS, Catalog
from beheard.rls.constraints import DOOR_ROLE, OWNER_ROLE
from beheard.rls.doors import DoorFile, door_files

WORDS = {
    "body": "body",
    "definer": "SECURITY",
    "config": "settings (search_path)",
    "arguments": "arguments",
    "result": "result",
}


def check_functions(catalog: Catalog, declared):
    files = {file.name: file for file in door_files()}
    real = catalog.rows(FUNCTIONS)
    for row in real:
        if row["schema"] != "door":
            yield from _of_stranger(row, declared)
    doors = [row for row in real if row["schema"] == "door"]
    for row in doors:
        if row["owner"] != DOOR_ROLE:
            yield _named(row), f"its owner is {row['owner']}, not {DOOR_ROLE}"
        if row["name"] not in files:
            yield _named(row), "has no door file"
    for name, file in files.items():
        found = [row for row in doors if row["name"] == name]
        if len(found) != 1:
            yield f"door.{name}", "does not exist" if not found else "exists more than once"
        else:
            yield from ((f"door.{name}", problem) for problem in _differences(catalog, file, found[0]))


def _differences(catalog: Catalog, file: DoorFile, real: dict):
    wanted = twin(catalog, file)
    if wanted is None:
        yield "could not be compared with its file"
        return
    for key in wanted.keys() - {"schema", "owner"}:
        if real[key] != wanted[key]:
            yield f"differs from its file in {WORDS.get(key, key)}"
    if not any(setting.startswith("search_path=") for setting in real["config"] or []):
        yield "has no search_path of its own"


def twin(catalog: Catalog, file: DoorFile) -> dict | None:
    """What PostgreSQL makes of the file: the same function among the temporary ones."""
    begin = re.compile(rf"\bFUNCTION\s+door\.{file.name}\s*\(", re.IGNORECASE)
    text, count = begin.subn(f"FUNCTION pg_temp.{file.name}(", file.sql, count=1)
    try:
        with transaction.atomic(using=catalog.cursor.db.alias):
            catalog.cursor.execute("SET LOCAL check_function_bodies = off")
            catalog.cursor.execute(text)
    except Error:
        return None
    found = [row for row in catalog.rows(TEMPORARY_FUNCTIONS) if row["name"] == file.name]
    return found[0] if count and len(found) == 1 else None


def _of_stranger(row: dict, declared):
    """Outside the schema `door` there are only extensions' functions, and the empty ones pgtrigger makes."""
    triggers = {name for table in declared.values() for name in table.triggers()} | {"_pgtrigger_should_ignore"}
    if row["name"] not in triggers:
        yield _named(row), "is a function nobody declared"
    if row["definer"]:
        yield _named(row), "runs with its owner's rights"
    if row["owner"] != OWNER_ROLE:
        yield _named(row), f"its owner is {row['owner']}, not {OWNER_ROLE}"


def check_execute_grants(catalog: Catalog, declared):
    real: dict[str, set[str]] = {}
    for row in catalog.rows(FUNCTION_GRANTS):
        if row["schema"] == "door":
            real.setdefault(row["name"], set()).add(row["grantee"])
            if row["grantable"]:
                yield _named(row), f"{row['grantee']} may pass on EXECUTE"
    for file in door_files():
        wanted = {f"beheard_{role}" for role in file.roles} - {DOOR_ROLE}
        if file.sql.startswith("-- trigger"):
            wanted = {OWNER_ROLE}
        found = real.get(file.name, set())
        for role in sorted(found - wanted):
            yield f"door.{file.name}", f"{role} may call it, which its file does not say"
        for role in sorted(wanted - found):
            yield f"door.{file.name}", f"{role} may not call it, which its file says it may"


def _named(row: dict) -> str:
    return f"{row['schema']}.{row['name']}"
