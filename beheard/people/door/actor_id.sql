-- grant: user, ai, joint, system
CREATE OR REPLACE FUNCTION door.actor_id() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT nullif(current_setting('app.actor_id', true), '')::uuid $$;
