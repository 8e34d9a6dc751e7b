-- grant: user
-- A proposed text is set aside, by either, when another is put in its place; a yes that was said to it goes with it.
CREATE OR REPLACE FUNCTION door.set_aside_agreement(p_agreement uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE session uuid;
BEGIN
  SELECT g.session_id INTO session FROM shared_agreement g
    WHERE g.id = p_agreement AND g.session_id IN (SELECT door.my_sessions());
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1 FROM people_session WHERE id = session FOR NO KEY UPDATE;
  UPDATE shared_agreement SET status = 'ABANDONED' WHERE id = p_agreement AND status = 'PROPOSED';
  IF FOUND THEN DELETE FROM stages_step WHERE session_id = session AND kind = 'AGREED'; END IF;
END $$;
