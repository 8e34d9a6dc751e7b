-- grant: user
-- A pause by either, without a reason. Who paused is kept nowhere.
CREATE OR REPLACE FUNCTION door.pause_session(p_session uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN; END IF;
  UPDATE people_session SET status = 'PAUSED', updated_at = now() WHERE id = p_session AND status = 'ACTIVE';
  IF NOT FOUND THEN RETURN; END IF; -- pausing what rests already must not undo what the other quietly said
  DELETE FROM stages_step WHERE session_id = p_session AND kind = 'READY_AGAIN';
END $$;
