-- grant: user, system
CREATE OR REPLACE FUNCTION door.jitter(p_session uuid) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT make_interval(mins => abs(hashtext(p_session::text)) % 60) $$;
