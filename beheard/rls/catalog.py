"""What the database's own catalogue says, as plain rows: nothing is judged here (beheard.rls.check does).

Every query may be asked by the login role alone: PostgreSQL's catalogue is readable to all.
"""

from __future__ import annotations

from typing import Any

# Everything but PostgreSQL's own schemas and other sessions' temporary ones.
OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL (%(ignored)s)"
MINE = "n.oid = pg_my_temp_schema()"
NOT_OF_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_depend d "
    "WHERE d.classid = '{catalog}'::regclass AND d.objid = {oid} AND d.deptype = 'e')"
)
GRANTEE = "CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END"

SCHEMAS = f"SELECT n.nspname AS schema, n.nspowner::regrole::text AS owner FROM pg_namespace n WHERE {OURS}"

RELATIONS = f"""
    SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.relowner::regrole::text AS owner,
           c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
           EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN') AS rules,
           EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {OURS}
      AND {NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")}
"""

_POLICIES = """
    SELECT n.nspname AS schema, c.relname AS "table", p.polname AS name, p.polcmd::text AS op,
           p.polpermissive AS permissive,
           ARRAY(SELECT CASE WHEN role = 0 THEN 'PUBLIC' ELSE role::regrole::text END
                 FROM unnest(p.polroles) AS role ORDER BY 1) AS roles,
           pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {where}
"""
POLICIES, TEMPORARY_POLICIES = _POLICIES.format(where=OURS), _POLICIES.format(where=MINE)

COLUMNS = f"""
    SELECT n.nspname AS schema, c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attstorage::text AS storage
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND {OURS} ORDER BY c.oid, a.attnum
"""

GRANTS = f"""
    SELECT n.nspname AS schema, c.relname AS name, NULL AS "column", {GRANTEE} AS grantee,
           a.privilege_type AS privilege, a.is_grantable AS grantable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
         aclexplode(coalesce(c.relacl,
                             acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner))) AS a
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee <> c.relowner AND {OURS}
      AND {NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")}
    UNION ALL
    SELECT n.nspname, c.relname, t.attname, {GRANTEE}, a.privilege_type, a.is_grantable
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
         aclexplode(t.attacl) AS a
    WHERE t.attacl IS NOT NULL AND NOT t.attisdropped AND a.grantee <> c.relowner AND {OURS}
"""

SCHEMA_GRANTS = f"""
    SELECT n.nspname AS schema, {GRANTEE} AS grantee, a.privilege_type AS privilege
    FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
    WHERE a.grantee <> n.nspowner AND {OURS}
"""

DATABASE_GRANTS = f"""
    SELECT {GRANTEE} AS grantee, a.privilege_type AS privilege
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
    WHERE d.datname = current_database() AND a.grantee <> d.datdba
"""

# What new objects of ours would be granted by themselves.
DEFAULT_GRANTS = f"""
    SELECT d.defaclrole::regrole::text AS owner, {GRANTEE} AS grantee, a.privilege_type AS privilege
    FROM pg_default_acl d, aclexplode(d.defaclacl) AS a WHERE a.grantee <> d.defaclrole
"""

ROLES = """
    SELECT rolname AS name, rolsuper AS superuser, rolbypassrls AS bypassrls, rolcreaterole AS createrole,
           rolcreatedb AS createdb, rolreplication AS replication, rolinherit AS inherit, rolcanlogin AS login
    FROM pg_roles WHERE rolname LIKE 'beheard\\_%%' OR rolname = session_user
"""

MEMBERSHIPS = """
    SELECT member::regrole::text AS member, roleid::regrole::text AS role, inherit_option AS inherit, set_option AS set,
           admin_option AS admin
    FROM pg_auth_members
"""

# Objects that belong to a role, in this database and cluster-wide ('o' is ownership).
OWNED = """
    SELECT refobjid::regrole::text AS owner, pg_describe_object(classid, objid, objsubid) AS object
    FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass
      AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
"""

# A setting stored for a role or database that would speak for an actor before anyone acts.
STORED_SETTINGS = """
    SELECT coalesce(nullif(setrole, 0)::regrole::text, 'every role') AS role, split_part(setting, '=', 1) AS name
    FROM pg_db_role_setting, unnest(setconfig) AS setting
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
"""

TRIGGERS = f"""
    SELECT n.nspname AS schema, c.relname AS "table", t.tgname AS name, t.tgtype AS type, t.tgenabled::text AS enabled,
           t.tgisinternal AS internal, f.nspname || '.' || p.proname AS function,
           encode(t.tgargs, 'escape') AS arguments,
           t.tgdeferrable AS deferrable, t.tginitdeferred AS deferred, t.tgqual IS NOT NULL AS conditional,
           ARRAY(SELECT attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (t.tgattr::int2[])
                 ORDER BY 1) AS columns
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace f ON f.oid = p.pronamespace
    WHERE {OURS}
"""

_FUNCTIONS = """
    SELECT n.nspname AS schema, p.proname AS name, p.proowner::regrole::text AS owner, p.prosecdef AS definer,
           p.proconfig AS config, p.prosrc AS body, p.prosqlbody IS NOT NULL AS parsed_body, l.lanname AS language,
           p.provolatile::text AS volatility, p.proparallel::text AS parallel, p.proleakproof AS leakproof,
           p.proisstrict AS strict, p.proretset AS returns_set, p.prorows AS rows, p.prokind::text AS kind,
           p.prorettype::regtype::text AS returns, pg_get_function_arguments(p.oid) AS arguments,
           pg_get_function_result(p.oid) AS result
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE {where}
"""
FUNCTIONS = _FUNCTIONS.format(where=f"{OURS} AND {NOT_OF_EXTENSION.format(catalog='pg_proc', oid='p.oid')}")
TEMPORARY_FUNCTIONS = _FUNCTIONS.format(where=MINE)

FUNCTION_GRANTS = f"""
    SELECT n.nspname AS schema, p.proname AS name, {GRANTEE} AS grantee, a.is_grantable AS grantable
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
         aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
    WHERE a.grantee <> p.proowner AND {OURS} AND {NOT_OF_EXTENSION.format(catalog="pg_proc", oid="p.oid")}
"""

CONSTRAINTS = f"""
    SELECT n.nspname AS schema, c.relname AS "table", k.conname AS name, k.contype::text AS type,
           k.convalidated AS validated,
           k.confrelid::regclass::text AS target, k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY place) AS columns,
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY place) AS to_columns
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OURS}
"""

UNIQUE_INDEXES = f"""
    SELECT n.nspname AS schema, t.relname AS "table", c.relname AS name, i.indisvalid AS validated
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
         JOIN pg_namespace n ON n.oid = t.relnamespace WHERE i.indisunique AND {OURS}
"""


class Catalog:
    """Reads the catalogue through one cursor. `ignored` schemas are left out (tests keep tables of their own there)."""

    def __init__(self, cursor, ignored: tuple[str, ...] = ()):
        self.cursor, self.ignored = cursor, list(ignored)

    def rows(self, query: str) -> list[dict[str, Any]]:
        self.cursor.execute(query, {"ignored": self.ignored})
        names = [column.name for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]
