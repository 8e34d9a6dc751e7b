-- What the database itself needs. Run as superuser inside the database, after roles.sql; running it again changes nothing.

CREATE EXTENSION IF NOT EXISTS vector;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO beheard_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO beheard_app, beheard_backup', current_database());
    -- check_rls makes the declared policies on temporary tables, in a transaction it rolls back.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO beheard_app', current_database());
END
$$;

ALTER SCHEMA public OWNER TO beheard_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO beheard_app, beheard_door, beheard_backup,
    beheard_user, beheard_ai, beheard_joint, beheard_curator, beheard_auditor, beheard_system;

CREATE SCHEMA IF NOT EXISTS door;
ALTER SCHEMA door OWNER TO beheard_door;
REVOKE ALL ON SCHEMA door FROM PUBLIC;
GRANT USAGE ON SCHEMA door
    TO beheard_app, beheard_user, beheard_ai, beheard_joint, beheard_curator, beheard_auditor, beheard_system;

-- A new door is closed until it is opened to a role.
ALTER DEFAULT PRIVILEGES FOR ROLE beheard_door REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
