-- The login roles and one database role per actor. Run as superuser, once per server; running it again changes nothing.
--
--   beheard_owner    owns the database and its tables, runs migrations; row-level security is forced on it too
--   beheard_app      what web and workers log in as; owns nothing, inherits nothing, enters one actor role per transaction
--   beheard_<actor>  what an actor may do: the target of policies and grants
--   beheard_door     owns the few functions that write what neither partner may write alone; nobody logs in as it
--   beheard_backup   reads everything, for pg_dump only (docs/operations.md)

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'beheard_owner', 'beheard_app', 'beheard_door', 'beheard_backup',
        'beheard_user', 'beheard_ai', 'beheard_joint', 'beheard_curator', 'beheard_auditor', 'beheard_system'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT', name);
        IF name <> 'beheard_backup' THEN
            EXECUTE format('ALTER ROLE %I NOBYPASSRLS', name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE beheard_owner LOGIN;
ALTER ROLE beheard_app LOGIN;
ALTER ROLE beheard_backup BYPASSRLS;
-- A temporary table never stands in for a real one of the same name.
ALTER ROLE beheard_app SET search_path = public, pg_temp;

-- INHERIT FALSE belongs to the grant: NOINHERIT on the role alone does not undo an older inheriting grant.
GRANT beheard_user, beheard_ai, beheard_joint, beheard_curator, beheard_auditor, beheard_system
    TO beheard_app WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;
GRANT beheard_door TO beheard_owner WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;
GRANT pg_read_all_data TO beheard_backup WITH INHERIT TRUE, SET FALSE, ADMIN FALSE;
