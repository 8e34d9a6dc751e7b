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

-- What the server tells every role about everybody: who holds which lock, how many rows were written where, how large a table is.
-- In a small house each of these says what the other one is doing. Nobody who acts for a person may ask (DESIGN §1.1).
DO $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'pg_catalog' AND c.relkind = 'v' AND (c.relname LIKE 'pg\_stat\_%' OR c.relname LIKE 'pg\_statio\_%'
            OR c.relname IN ('pg_locks', 'pg_prepared_xacts'))
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC; GRANT SELECT ON %s TO pg_monitor', told.name, told.name);
    END LOOP;
    FOR told IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND (p.proname LIKE 'pg\_stat\_get\_%' OR p.proname LIKE 'pg\_try\_advisory%'
            OR p.proname IN ('pg_lock_status', 'pg_blocking_pids', 'pg_prepared_xact', 'pg_relation_size', 'pg_table_size',
                'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size', 'pg_xact_commit_timestamp',
                'pg_last_committed_xact', 'pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn'))
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC; GRANT EXECUTE ON FUNCTION %s TO pg_monitor', told.name, told.name);
    END LOOP;
END
$$;
-- It holds the number of rows and pages of every table.
REVOKE SELECT ON pg_class FROM PUBLIC;
GRANT SELECT ON pg_class TO beheard_app, beheard_owner, beheard_door, beheard_backup, pg_monitor;
