-- grant: user, system
CREATE OR REPLACE FUNCTION door.next_slot(p_session uuid) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$ BEGIN RETURN door.last_slot(p_session) + interval '12 hours'; END $$;
