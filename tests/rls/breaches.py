"""What a superuser, a migration or a careless hand can do to the database, and what check_rls must say of it."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest

BOUNDARY = "private_boundary"


@dataclass
class Breach:
    """Something a superuser does to the database, how it is put right, and the words check_rls must find for it."""

    what: str
    breaking: str
    repair: str
    words: str

    @contextmanager
    def done(self, superuser):
        superuser.execute("SET lock_timeout = '10s'")
        try:
            superuser.execute(self.breaking)
            yield
        finally:
            superuser.execute(self.repair)


OWN = "(owner_id = nullif(current_setting('app.actor_id', true), '')::uuid)"
CREATE_SELECT = f"CREATE POLICY boundary_user_select ON {BOUNDARY} FOR SELECT TO beheard_user USING {OWN}"
DROP_SELECT = f"DROP POLICY boundary_user_select ON {BOUNDARY}"


def breach(what, breaking, repair, words):
    return pytest.param(Breach(what, breaking, repair, words), id=what.replace(" ", "-"))


TABLE_BREACHES = [
    breach("a policy dropped", DROP_SELECT, CREATE_SELECT, "boundary_user_select (SELECT for beheard_user) is missing"),
    breach(
        "a policy added with using true",
        f"CREATE POLICY open ON {BOUNDARY} USING (true)",
        f"DROP POLICY open ON {BOUNDARY}",
        "policy open (ALL for PUBLIC) is not declared",
    ),
    breach(
        "the expression of a policy changed",
        f"ALTER POLICY boundary_user_select ON {BOUNDARY} USING ({OWN} OR true)",
        f"ALTER POLICY boundary_user_select ON {BOUNDARY} USING {OWN}",
        "policy boundary_user_select: its USING expression is not what is declared",
    ),
    breach(
        "the check of a policy changed",
        f"ALTER POLICY boundary_user_insert ON {BOUNDARY} WITH CHECK (true)",
        f"ALTER POLICY boundary_user_insert ON {BOUNDARY} WITH CHECK {OWN}",
        "policy boundary_user_insert: its WITH CHECK expression is not what is declared",
    ),
    breach(
        "the role of a policy changed",
        f"ALTER POLICY boundary_user_select ON {BOUNDARY} TO beheard_user, beheard_auditor",
        f"ALTER POLICY boundary_user_select ON {BOUNDARY} TO beheard_user",
        "policy boundary_user_select: its roles is not what is declared",
    ),
    breach(
        "a policy for another operation",
        f"{DROP_SELECT}; CREATE POLICY boundary_user_select ON {BOUNDARY} FOR ALL TO beheard_user USING {OWN}",
        f"{DROP_SELECT}; {CREATE_SELECT}",
        "policy boundary_user_select: its operation is not what is declared",
    ),
    breach(
        "a policy made restrictive",
        f"{DROP_SELECT}; {CREATE_SELECT.replace(' FOR SELECT', ' AS RESTRICTIVE FOR SELECT')}",
        f"{DROP_SELECT}; {CREATE_SELECT}",
        "policy boundary_user_select: its permissive is not what is declared",
    ),
    breach(
        "row level security switched off",
        f"ALTER TABLE {BOUNDARY} DISABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {BOUNDARY} ENABLE ROW LEVEL SECURITY",
        "private_boundary: row-level security is off",
    ),
    breach(
        "force removed",
        f"ALTER TABLE {BOUNDARY} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {BOUNDARY} FORCE ROW LEVEL SECURITY",
        "private_boundary: row-level security is not forced",
    ),
    breach(
        "a new unprotected table",
        "CREATE TABLE diary (words text); ALTER TABLE diary OWNER TO beheard_owner",
        "DROP TABLE diary",
        "diary: is neither protected nor on the allow-list",
    ),
    breach(
        "a table in a new schema",
        "CREATE SCHEMA attic AUTHORIZATION beheard_owner; CREATE TABLE attic.diary (words text)",
        "DROP SCHEMA attic CASCADE",
        "attic.diary: is neither protected nor on the allow-list",
    ),
    breach(
        "a view",
        f"CREATE VIEW boundaries AS SELECT * FROM {BOUNDARY}",
        "DROP VIEW boundaries",
        "boundaries: is a view",
    ),
    breach(
        "a materialized view",
        f"CREATE MATERIALIZED VIEW boundaries AS SELECT * FROM {BOUNDARY}",
        "DROP MATERIALIZED VIEW boundaries",
        "boundaries: is a materialized view",
    ),
    breach(
        "a child table",
        f"CREATE TABLE child () INHERITS ({BOUNDARY})",
        "DROP TABLE child",
        "private_boundary: takes part in inheritance",
    ),
    breach(
        "a rewrite rule",
        f"CREATE RULE copy AS ON INSERT TO {BOUNDARY} DO ALSO NOTIFY something",
        f"DROP RULE copy ON {BOUNDARY}",
        "private_boundary: has a rewrite rule",
    ),
    breach(
        "a table owned by the app role",
        f"ALTER TABLE {BOUNDARY} OWNER TO beheard_app",
        f"ALTER TABLE {BOUNDARY} OWNER TO beheard_owner",
        "private_boundary: its owner is beheard_app, not beheard_owner",
    ),
    breach(
        "a grant added",
        f"GRANT UPDATE ON {BOUNDARY} TO beheard_ai",
        f"REVOKE UPDATE ON {BOUNDARY} FROM beheard_ai",
        "private_boundary: beheard_ai has UPDATE, which is not declared",
    ),
    breach(
        "a column grant widened",
        "GRANT UPDATE (content_version) ON stages_stageprogress TO beheard_user",
        "REVOKE UPDATE (content_version) ON stages_stageprogress FROM beheard_user",
        "stages_stageprogress: beheard_user has UPDATE on column content_version, which is not declared",
    ),
    breach(
        "a grant taken away",
        f"REVOKE INSERT ON {BOUNDARY} FROM beheard_user",
        f"GRANT INSERT ON {BOUNDARY} TO beheard_user",
        "private_boundary: beheard_user lacks INSERT",
    ),
    breach(
        "a grant to public",
        f"GRANT SELECT ON {BOUNDARY} TO PUBLIC",
        f"REVOKE SELECT ON {BOUNDARY} FROM PUBLIC",
        "private_boundary: PUBLIC has SELECT, which is not declared",
    ),
    breach(
        "a grant to the login role",
        f"GRANT SELECT ON {BOUNDARY} TO beheard_app",
        f"REVOKE SELECT ON {BOUNDARY} FROM beheard_app",
        "private_boundary: beheard_app has SELECT, which is not declared",
    ),
    breach(
        "truncate granted",
        f"GRANT TRUNCATE ON {BOUNDARY} TO beheard_user",
        f"REVOKE TRUNCATE ON {BOUNDARY} FROM beheard_user",
        "private_boundary: beheard_user has TRUNCATE, which is not declared",
    ),
    breach(
        "a grant that may be passed on",
        f"GRANT SELECT ON {BOUNDARY} TO beheard_ai WITH GRANT OPTION",
        f"REVOKE GRANT OPTION FOR SELECT ON {BOUNDARY} FROM beheard_ai",
        "private_boundary: beheard_ai may pass on SELECT",
    ),
    breach(
        "an actor role reading accounts",
        "GRANT SELECT (email) ON people_user TO beheard_auditor",
        "REVOKE SELECT (email) ON people_user FROM beheard_auditor",
        "people_user: beheard_auditor has SELECT on column email, which is not declared",
    ),
    breach(
        "a trigger disabled",
        f"ALTER TABLE {BOUNDARY} DISABLE TRIGGER USER",
        f"ALTER TABLE {BOUNDARY} ENABLE TRIGGER USER",
        "is switched off",
    ),
    breach(
        "foreign keys no longer looked after",
        f"ALTER TABLE {BOUNDARY} DISABLE TRIGGER ALL",
        f"ALTER TABLE {BOUNDARY} ENABLE TRIGGER ALL",
        "private_boundary: trigger RI_ConstraintTrigger",
    ),
    breach(
        "a trigger of someone else's",
        f"CREATE TRIGGER spy AFTER INSERT ON {BOUNDARY} EXECUTE FUNCTION door.raise_content_version()",
        f"DROP TRIGGER spy ON {BOUNDARY}",
        "private_boundary: trigger spy is not declared",
    ),
    breach(
        "a constraint dropped",
        f"ALTER TABLE {BOUNDARY} DROP CONSTRAINT boundary_stage_range",
        f"ALTER TABLE {BOUNDARY} ADD CONSTRAINT boundary_stage_range CHECK (stage >= 0 AND stage <= 4)",
        "private_boundary: constraint boundary_stage_range is missing",
    ),
    breach(
        "a constraint not validated",
        f"ALTER TABLE {BOUNDARY} DROP CONSTRAINT boundary_stage_range;"
        f"ALTER TABLE {BOUNDARY} ADD CONSTRAINT boundary_stage_range CHECK (stage >= 0 AND stage <= 4) NOT VALID",
        f"ALTER TABLE {BOUNDARY} VALIDATE CONSTRAINT boundary_stage_range",
        "private_boundary: constraint boundary_stage_range has not been validated",
    ),
    breach(
        "a row no longer tied to its vessel",
        f"ALTER TABLE {BOUNDARY} DROP CONSTRAINT boundary_in_vessel",
        f"ALTER TABLE {BOUNDARY} ADD CONSTRAINT boundary_in_vessel FOREIGN KEY (vessel_id, owner_id, session_id) "
        "REFERENCES private_uservessel (id, owner_id, session_id) ON DELETE CASCADE",
        "private_boundary: composite foreign key boundary_in_vessel is missing",
    ),
    breach(
        "a row tied to its vessel by its id alone",
        f"ALTER TABLE {BOUNDARY} DROP CONSTRAINT boundary_in_vessel; ALTER TABLE {BOUNDARY} ADD CONSTRAINT "
        "boundary_in_vessel FOREIGN KEY (vessel_id) REFERENCES private_uservessel (id) ON DELETE CASCADE",
        f"ALTER TABLE {BOUNDARY} DROP CONSTRAINT boundary_in_vessel;"
        f"ALTER TABLE {BOUNDARY} ADD CONSTRAINT boundary_in_vessel FOREIGN KEY (vessel_id, owner_id, session_id) "
        "REFERENCES private_uservessel (id, owner_id, session_id) ON DELETE CASCADE",
        "private_boundary: composite foreign key boundary_in_vessel is not what is declared",
    ),
    breach(
        "a vector stored compressed",
        "ALTER TABLE private_eventembedding ALTER COLUMN embedding SET STORAGE EXTENDED",
        "ALTER TABLE private_eventembedding ALTER COLUMN embedding SET STORAGE PLAIN",
        "private_eventembedding: column embedding is not stored plain",
    ),
]

MY_SESSIONS = "door.my_sessions()"
DOOR_BREACHES = [
    breach(
        "the body of a door changed",
        "CREATE OR REPLACE FUNCTION door.jitter(p_session uuid) RETURNS interval LANGUAGE sql IMMUTABLE "
        "SET search_path = pg_catalog, pg_temp AS $$ SELECT interval '0' $$",
        "REINSTALL",
        "door.jitter: differs from its file in body",
    ),
    breach(
        "a door of another owner",
        f"ALTER FUNCTION {MY_SESSIONS} OWNER TO postgres",
        f"ALTER FUNCTION {MY_SESSIONS} OWNER TO beheard_door",
        "door.my_sessions: its owner is postgres, not beheard_door",
    ),
    breach(
        "a door with its caller's rights",
        f"ALTER FUNCTION {MY_SESSIONS} SECURITY INVOKER",
        f"ALTER FUNCTION {MY_SESSIONS} SECURITY DEFINER",
        "door.my_sessions: differs from its file in SECURITY",
    ),
    breach(
        "a door without a search path",
        f"ALTER FUNCTION {MY_SESSIONS} RESET ALL",
        f"ALTER FUNCTION {MY_SESSIONS} SET search_path = pg_catalog, public, pg_temp",
        "door.my_sessions: has no search_path of its own",
    ),
    breach(
        "a door open to all",
        f"GRANT EXECUTE ON FUNCTION {MY_SESSIONS} TO PUBLIC",
        f"REVOKE EXECUTE ON FUNCTION {MY_SESSIONS} FROM PUBLIC",
        "door.my_sessions: PUBLIC may call it, which its file does not say",
    ),
    breach(
        "a door open to another role",
        f"GRANT EXECUTE ON FUNCTION {MY_SESSIONS} TO beheard_auditor",
        f"REVOKE EXECUTE ON FUNCTION {MY_SESSIONS} FROM beheard_auditor",
        "door.my_sessions: beheard_auditor may call it, which its file does not say",
    ),
    breach(
        "a door closed",
        f"REVOKE EXECUTE ON FUNCTION {MY_SESSIONS} FROM beheard_ai",
        f"GRANT EXECUTE ON FUNCTION {MY_SESSIONS} TO beheard_ai",
        "door.my_sessions: beheard_ai may not call it, which its file says it may",
    ),
    breach(
        "a door nobody wrote",
        "CREATE FUNCTION door.everything() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM public.stages_message'",
        "DROP FUNCTION door.everything()",
        "door.everything: has no door file",
    ),
    breach(
        "a second door of the same name",
        "CREATE FUNCTION door.my_sessions(of uuid) RETURNS uuid LANGUAGE sql AS 'SELECT of'",
        "DROP FUNCTION door.my_sessions(uuid)",
        "door.my_sessions: exists more than once",
    ),
    breach(
        "a function elsewhere with its owner's rights",
        "CREATE FUNCTION public.everything() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM public.stages_message'",
        "DROP FUNCTION public.everything()",
        "public.everything: runs with its owner's rights",
    ),
]

ROLE_BREACHES = [
    breach(
        "the app role bypasses row level security",
        "ALTER ROLE beheard_app BYPASSRLS",
        "",
        "beheard_app: bypasses row-level security",
    ),
    breach(
        "the app role is a superuser",
        "ALTER ROLE beheard_app SUPERUSER",
        "",
        "beheard_app: is a superuser",
    ),
    breach(
        "an actor role bypasses row level security",
        "ALTER ROLE beheard_user BYPASSRLS",
        "",
        "beheard_user: bypasses row-level security",
    ),
    breach(
        "the app role may create roles",
        "ALTER ROLE beheard_app CREATEROLE",
        "",
        "beheard_app: may create roles",
    ),
    breach(
        "the app role inherits",
        "ALTER ROLE beheard_app INHERIT",
        "",
        "beheard_app: inherits what it is a member of",
    ),
    breach(
        "the door may log in",
        "ALTER ROLE beheard_door LOGIN",
        "",
        "beheard_door: may log in",
    ),
    breach(
        "a membership that inherits",
        "GRANT beheard_user TO beheard_app WITH INHERIT TRUE",
        "",
        "beheard_app: its membership in beheard_user is wrong: inherit is True",
    ),
    breach(
        "a membership that may be passed on",
        "GRANT beheard_user TO beheard_app WITH ADMIN TRUE",
        "",
        "beheard_app: its membership in beheard_user is wrong: admin is True",
    ),
    breach(
        "the app role can become the owner",
        "GRANT beheard_owner TO beheard_app WITH INHERIT FALSE",
        "",
        "beheard_app: can become beheard_owner",
    ),
    breach(
        "the app role can become the door through another role",
        "GRANT beheard_door TO beheard_curator WITH INHERIT FALSE",
        "",
        "beheard_app: can become beheard_door",
    ),
    breach(
        "an actor stored with the role",
        "ALTER ROLE beheard_app SET app.actor_id = '00000000-0000-4000-8000-000000000000'",
        "",
        "beheard_app: has the setting app.actor_id stored with it",
    ),
    breach(
        "whoever may make tables in public",
        "GRANT CREATE ON SCHEMA public TO beheard_app",
        "",
        "public: beheard_app has CREATE on the schema",
    ),
    breach(
        "new tables open by themselves",
        "ALTER DEFAULT PRIVILEGES FOR ROLE beheard_owner GRANT SELECT ON TABLES TO beheard_user",
        "",
        "beheard_owner: beheard_user would be granted SELECT on whatever it makes",
    ),
]
