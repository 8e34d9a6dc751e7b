"""Whether the database says the same as the code about who may see what (DESIGN §3).

`findings(connection)` asks as the login role alone: everything it reads is in PostgreSQL's catalogue, and declared
expressions are turned into the catalogue's own words by making them once on temporary tables, in a transaction that is
rolled back. It needs TEMPORARY on the database for that, and USAGE on the schema `door`.

What it cannot see: other databases of the server, pg_hba.conf, and who else is a superuser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import Error, transaction

from beheard.rls import check_doors, check_roles
from beheard.rls.actor import no_actor
from beheard.rls.allowed import ALLOWED_TABLES
from beheard.rls.catalog import (
    COLUMNS,
    CONSTRAINTS,
    GRANTS,
    POLICIES,
    RELATIONS,
    SCHEMAS,
    TEMPORARY_POLICIES,
    TRIGGERS,
    UNIQUE_INDEXES,
    Catalog,
)
from beheard.rls.constraints import DOOR_ROLE, OWNER_ROLE
from beheard.rls.declared import Table, protected_tables, undecided

APP_ROLE = "beheard_app"
SCHEMAS_OF = {"public": OWNER_ROLE, "door": DOOR_ROLE}
KINDS = {"v": "view", "m": "materialized view", "f": "foreign table", "p": "partitioned table"}


@dataclass(frozen=True, order=True)
class Finding:
    """One disagreement. `subject` is the table, role or function it is about."""

    subject: str
    problem: str

    def __str__(self):
        return f"{self.subject}: {self.problem}"

    as_dict = asdict


def findings(connection, *, ignored_schemas: tuple[str, ...] = ()) -> list[Finding]:
    """Every disagreement between the declarations and the database behind `connection`; empty when there is none."""
    with no_actor(), transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # As the real expressions were named when they were made: no temporary table may stand before them.
        cursor.execute("SET LOCAL search_path = public, pg_temp")
        catalog = Catalog(cursor, ignored_schemas)
        found = {Finding(*pair) for check in CHECKS for pair in check(catalog, protected_tables())}
        transaction.set_rollback(True, using=connection.alias)
    return sorted(found)


Pairs = Iterator[tuple[str, str]]


# --- tables ----------------------------------------------------------------------------------------------------------


def check_decided(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    for name in undecided():
        yield name, "must be either protected or on the allow-list, with a reason"


def check_schemas(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    for row in catalog.rows(SCHEMAS):
        if row["schema"] not in SCHEMAS_OF:
            yield row["schema"], "is a schema nobody declared"
        elif row["owner"] != SCHEMAS_OF[row["schema"]]:
            yield row["schema"], f"the schema's owner is {row['owner']}, not {SCHEMAS_OF[row['schema']]}"


def check_relations(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    found = [row for row in catalog.rows(RELATIONS) if row["kind"] != "S"]
    names = {row["name"] for row in found if row["schema"] == "public"}
    for name in sorted(declared.keys() - names):
        yield name, "is declared and does not exist"
    for row in found:
        protected = row["schema"] == "public" and row["name"] in declared
        if row["kind"] != "r":
            yield full_name(row), f"is a {KINDS[row['kind']]}; only plain tables can be protected"
        elif not protected and not (row["schema"] == "public" and row["name"] in ALLOWED_TABLES):
            yield full_name(row), "is neither protected nor on the allow-list"
        yield from ((full_name(row), problem) for problem in _problems_of_table(row, protected))


def _problems_of_table(row: dict, protected: bool) -> Iterator[str]:
    if protected and not row["enabled"]:
        yield "row-level security is off"
    if protected and not row["forced"]:
        yield "row-level security is not forced on its owner"
    if row["owner"] != OWNER_ROLE:
        yield f"its owner is {row['owner']}, not {OWNER_ROLE}"
    if row["rules"]:
        yield "has a rewrite rule"
    if row["inherits"]:
        yield "takes part in inheritance, which passes by a parent's policies"


# --- policies --------------------------------------------------------------------------------------------------------

ATTRIBUTES = {
    "op": "operation",
    "permissive": "permissive",
    "roles": "roles",
    "using": "USING expression",
    "check": "WITH CHECK expression",
}
COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def check_policies(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    real = _by_table(catalog.rows(POLICIES))
    columns = _by_table(catalog.rows(COLUMNS))
    for table in sorted(declared.keys() & columns.keys()):
        try:
            with transaction.atomic(using=catalog.cursor.db.alias):
                make_twin(catalog.cursor, declared[table], columns[table])
        except Error as error:
            state = getattr(error.__cause__, "sqlstate", None)
            yield table, f"its policies could not be compared (SQLSTATE {state}; docs/decisions/0002)"
    twins = _by_table(catalog.rows(TEMPORARY_POLICIES))
    for table in sorted(real.keys() | twins.keys()):
        yield from ((table, problem) for problem in _differences(real.get(table, []), twins.get(table, [])))


def make_twin(cursor, table: Table, columns: list[dict]) -> None:
    """A temporary table of the same name and columns, with the declared policies and nothing else."""
    quote = cursor.db.ops.quote_name
    listed = ", ".join(f"{quote(column['name'])} {column['type']}" for column in columns)
    twin = f"pg_temp.{quote(table.name)}"
    cursor.execute("; ".join([f"CREATE TEMPORARY TABLE {quote(table.name)} ({listed})", *table.policy_sql(twin)]))


def _differences(real: list[dict], wanted: list[dict]) -> Iterator[str]:
    real, wanted = ({row["name"]: row for row in rows} for rows in (real, wanted))
    for name in sorted(wanted.keys() - real.keys()):
        row = wanted[name]
        yield f"policy {name} ({COMMANDS[row['op']]} for {', '.join(row['roles'])}) is missing"
    for name in sorted(real.keys() - wanted.keys()):
        row = real[name]
        yield f"policy {name} ({COMMANDS[row['op']]} for {', '.join(row['roles'])}) is not declared"
    for name in sorted(real.keys() & wanted.keys()):
        for key, words in ATTRIBUTES.items():
            if real[name][key] != wanted[name][key]:
                yield f"policy {name}: its {words} is not what is declared"


# --- grants ----------------------------------------------------------------------------------------------------------


def check_grants(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    """Actor roles have what the policies need, the login role what the allow-list says, PUBLIC and others nothing."""
    wanted = {name: table.grants() for name, table in declared.items()}
    for name, allowed in ALLOWED_TABLES.items():
        wanted[name] = {(APP_ROLE, privilege.strip(), None) for privilege in allowed.grant.split(",")}
    sequences = {full_name(row) for row in catalog.rows(RELATIONS) if row["kind"] == "S"}
    real = defaultdict(set)
    for row in catalog.rows(GRANTS):
        real[full_name(row)].add((row["grantee"], row["privilege"], row["column"]))
        if row["grantable"]:
            yield full_name(row), f"{row['grantee']} may pass on {row['privilege']}"
    existing = {full_name(row) for row in catalog.rows(RELATIONS)}
    for name in sorted(existing):
        expected = {(APP_ROLE, "USAGE", None)} if name in sequences else wanted.get(name, set())
        for role, privilege, column in sorted(real[name] - expected, key=str):
            yield name, f"{role} has {privilege}{_on(column)}, which is not declared"
        if name not in sequences:
            for role, privilege, column in sorted(expected - real[name], key=str):
                yield name, f"{role} lacks {privilege}{_on(column)}"


def _on(column: str | None) -> str:
    return f" on column {column}" if column else ""


# --- triggers and constraints ----------------------------------------------------------------------------------------


def check_triggers(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    real = _by_table(catalog.rows(TRIGGERS))
    for table in sorted(declared.keys() | real.keys()):
        wanted = declared[table].triggers() if table in declared else {}
        found = {row["name"]: row for row in real.get(table, [])}
        for name in sorted(wanted.keys() - found.keys()):
            yield table, f"trigger {name} is missing"
        for name, row in sorted(found.items()):
            yield from ((table, f"trigger {name} {problem}") for problem in _of_trigger(row, wanted))


def _of_trigger(row: dict, wanted: dict) -> Iterator[str]:
    if row["enabled"] != "O":
        yield "is switched off"
    if row["internal"]:
        return
    if row["name"] not in wanted:
        yield "is not declared"
    elif wanted[row["name"]] is None:
        yield "is of a kind that can't be verified (use DoorTrigger without a condition)"
    elif any(row[key] != value for key, value in wanted[row["name"]].items() if key != "enabled"):
        yield f"is not what is declared (it executes {row['function']})"


def check_constraints(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    constraints = _by_table(catalog.rows(CONSTRAINTS))
    indexes = _by_table(catalog.rows(UNIQUE_INDEXES))
    for table in sorted(declared):
        found = {row["name"]: row for row in constraints.get(table, [])}
        names = found | {row["name"]: row for row in indexes.get(table, [])}
        for name in declared[table].named_constraints():
            if name not in names:
                yield table, f"constraint {name} is missing"
        for name, row in names.items():
            if not row["validated"]:
                yield table, f"constraint {name} has not been validated: rows may break it"
        for wanted in declared[table].foreign_keys():
            real = found.get(wanted["name"])
            if real is None:
                yield table, f"composite foreign key {wanted['name']} is missing"
            elif any(real[key] != value for key, value in wanted.items()):
                yield table, f"composite foreign key {wanted['name']} is not what is declared"


def check_storage(catalog: Catalog, declared: dict[str, Table]) -> Pairs:
    columns = _by_table(catalog.rows(COLUMNS))
    for table in sorted(declared.keys() & columns.keys()):
        storage = {column["name"]: column["storage"] for column in columns[table]}
        for column in declared[table].plain_columns():
            if storage.get(column) != "p":
                yield table, f"column {column} is not stored plain"


# --- small things ----------------------------------------------------------------------------------------------------


def full_name(row: dict) -> str:
    return row["name"] if row["schema"] == "public" else f"{row['schema']}.{row['name']}"


def _by_table(rows: list[dict]) -> dict[str, list[dict]]:
    tables = defaultdict(list)
    for row in rows:
        in_place = row["schema"] == "public" or row["schema"].startswith("pg_temp")
        tables[row["table"] if in_place else f"{row['schema']}.{row['table']}"].append(row)
    return dict(tables)


CHECKS = [
    check_roles.check_login,
    check_roles.check_attributes,
    check_roles.check_memberships,
    check_roles.check_ownership,  # before this transaction's temporary tables
    check_roles.check_schema_and_database_grants,
    check_roles.check_stored_settings,
    check_decided,
    check_schemas,
    check_relations,
    check_policies,
    check_grants,
    check_triggers,
    check_constraints,
    check_storage,
    check_doors.check_functions,
    check_doors.check_execute_grants,
]
