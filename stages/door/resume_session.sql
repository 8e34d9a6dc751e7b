-- grant: user
-- A pause ends when both are quietly ready and joint stages are open for both; until then it is a pause like any other.
CREATE OR REPLACE FUNCTION door.resume_session(p_session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN false; END IF;
  PERFORM 1 FROM people_session WHERE id = p_session AND status = 'PAUSED' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF (SELECT count(*) FROM stages_step t WHERE t.session_id = p_session AND t.kind = 'READY_AGAIN'
        AND (t.returns_at IS NULL OR t.returns_at > now())
        AND coalesce((SELECT o.outcome FROM stages_safetyoutcome o WHERE o.session_id = p_session AND o.owner_id = t.owner_id
                      ORDER BY o.created_at DESC, o.id DESC LIMIT 1), 'OPEN') = 'OPEN') < 2 THEN RETURN false; END IF;
  UPDATE people_session SET status = 'ACTIVE', updated_at = now() WHERE id = p_session;
  DELETE FROM stages_step WHERE session_id = p_session AND kind = 'READY_AGAIN';
  PERFORM door.write_meeting(p_session, 'RESUMED'); -- who said it first learns of it too; the row is of the first time
  RETURN true;
END $$;
