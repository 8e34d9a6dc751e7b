-- grant: user
-- Whoever says "yes" to the words on the table has taken the step AGREED; here it is counted. When both count, it is agreed. Returns
-- the status that stands, NULL if it is not theirs. The session's row is held from here on: words and a yes take turns.
CREATE OR REPLACE FUNCTION door.confirm_agreement(p_agreement uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE session uuid;
BEGIN
  SELECT g.session_id INTO session FROM shared_agreement g
    WHERE g.id = p_agreement AND g.session_id IN (SELECT door.my_sessions());
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM people_session WHERE id = session FOR NO KEY UPDATE;
  RETURN door.count_yes(p_agreement);
END $$;
