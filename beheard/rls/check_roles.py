"""Whether the database roles are as weak as they must be. Part of beheard.rls.check."""

from __future__ import annotations

from beheard.rls.actor import Role
from beheard.rls.catalog import (
    DATABASE_GRANTS,
    DEFAULT_GRANTS,
    MEMBERSHIPS,
    OWNED,
    ROLES,
    SCHEMA_GRANTS,
    STORED_SETTINGS,
    Catalog,
)
from beheard.rls.constraints import DOOR_ROLE, OWNER_ROLE

APP_ROLE, BACKUP_ROLE = "beheard_app", "beheard_backup"
ACTOR_ROLES = tuple(role.database_role for role in Role)
OURS = (APP_ROLE, OWNER_ROLE, DOOR_ROLE, BACKUP_ROLE, *ACTOR_ROLES)
POWERS = {
    "superuser": "is a superuser",
    "bypassrls": "bypasses row-level security (BYPASSRLS)",
    "createrole": "may create roles",
    "createdb": "may create databases",
    "replication": "may replicate",
}
DOORS_THINGS = ("function door.", "schema door", "default privileges")
MAY_LOG_IN = {APP_ROLE, OWNER_ROLE, BACKUP_ROLE}

# (member, role): may inherit, may SET ROLE, may grant it on. INHERIT FALSE belongs to the grant: NOINHERIT on the role
# alone does not undo an older inheriting grant.
ENTERED = {"inherit": False, "set": True, "admin": False}
EXPECTED_MEMBERSHIPS = {(APP_ROLE, role): ENTERED for role in ACTOR_ROLES} | {
    (OWNER_ROLE, DOOR_ROLE): ENTERED,
    (BACKUP_ROLE, "pg_read_all_data"): {"inherit": True, "set": False, "admin": False},
}


def check_attributes(catalog: Catalog, declared):
    roles = {row["name"]: row for row in catalog.rows(ROLES)}
    for name in OURS:
        if name not in roles:
            yield name, "is a role that does not exist"
    for name, row in roles.items():
        # `roles` also has the role that asks: whatever it is called, it must be weak unless it is a migration's.
        for power, words in POWERS.items():
            if row[power] and not (power == "bypassrls" and name == BACKUP_ROLE):
                yield name, words
        if name in OURS and name != OWNER_ROLE and row["inherit"]:
            yield name, "inherits what it is a member of (must be NOINHERIT)"
        if name in OURS and row["login"] and name not in MAY_LOG_IN:
            yield name, "may log in"


def check_login(catalog: Catalog, declared):
    """Whoever asks is the app role, or (by name) the owner on its way to a migration."""
    catalog.cursor.execute("SELECT session_user")
    (login,) = catalog.cursor.fetchone()
    wanted = OWNER_ROLE if catalog.cursor.db.alias == "owner" else APP_ROLE
    if login != wanted:
        yield login, f"is the role this connection logs in as; it must be {wanted}"


def check_memberships(catalog: Catalog, declared):
    real = {(row.pop("member"), row.pop("role")): row for row in catalog.rows(MEMBERSHIPS)}
    for pair, options in EXPECTED_MEMBERSHIPS.items():
        member, role = pair
        if pair not in real:
            yield member, f"is not a member of {role}"
        elif real[pair] != options:
            wrong = ", ".join(f"{key} is {value}" for key, value in real[pair].items() if value != options[key])
            yield member, f"its membership in {role} is wrong: {wrong}"
    for member, role in sorted(real.keys() - EXPECTED_MEMBERSHIPS.keys()):
        if member in OURS:
            yield member, f"is a member of {role}"
    for role in sorted(_reachable(APP_ROLE, real) - {*ACTOR_ROLES}):
        yield APP_ROLE, f"can become {role}"


def _reachable(role: str, memberships) -> set[str]:
    """Every role that `role` is a member of, however indirectly."""
    found, waiting = set(), [role]
    while waiting:
        member = waiting.pop()
        for of in {of for (who, of) in memberships if who == member} - found:
            found.add(of)
            waiting.append(of)
    return found


def check_ownership(catalog: Catalog, declared):
    for row in catalog.rows(OWNED):
        owner, thing = row["owner"], row["object"]
        may = owner not in OURS or owner == OWNER_ROLE
        if not may and not (owner == DOOR_ROLE and thing.startswith(DOORS_THINGS)):
            yield owner, f"owns {thing}"


def check_schema_and_database_grants(catalog: Catalog, declared):
    everyone = {*OURS, "pg_database_owner"}
    for row in catalog.rows(SCHEMA_GRANTS):
        if row["privilege"] != "USAGE" or row["grantee"] not in everyone:
            yield row["schema"], f"{row['grantee']} has {row['privilege']} on the schema, which is not declared"
    allowed = {(APP_ROLE, "CONNECT"), (APP_ROLE, "TEMPORARY"), (BACKUP_ROLE, "CONNECT")}
    for row in catalog.rows(DATABASE_GRANTS):
        if row["grantee"] in ("PUBLIC", *OURS) and (row["grantee"], row["privilege"]) not in allowed:
            yield row["grantee"], f"has {row['privilege']} on the database, which is not declared"
    for row in catalog.rows(DEFAULT_GRANTS):
        if row["owner"] in OURS:
            yield row["owner"], f"{row['grantee']} would be granted {row['privilege']} on whatever it makes"


def check_stored_settings(catalog: Catalog, declared):
    for row in catalog.rows(STORED_SETTINGS):
        if row["name"].startswith("app.") or row["name"] in ("role", "session_replication_role", "row_security"):
            yield row["role"], f"has the setting {row['name']} stored with it: only an actor may set it"
