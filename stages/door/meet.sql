-- grant: user
-- After a step: if the other's step is there too, both reach it now. Says only whether it has been reached.
-- The lock is NO KEY: rows that name the session may be written meanwhile.
CREATE OR REPLACE FUNCTION door.meet(p_session uuid, p_kind text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN false; END IF;
  PERFORM 1 FROM people_session WHERE id = p_session FOR NO KEY UPDATE;
  RETURN door.try_meeting(p_session, p_kind);
END $$;
