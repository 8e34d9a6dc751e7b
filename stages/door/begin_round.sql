-- grant:
-- Both would look for other ideas: what the last round reached is taken back, an agreement they have looked back on is complete. What
-- each wrote and sorted stays theirs. Internal: called by try_meeting with the session's row locked.
CREATE OR REPLACE FUNCTION door.begin_round(p_session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = 'OVERLAP')
     OR (EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = 'AGREEMENT')
         AND NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = 'CHECK_IN')) THEN
    RETURN false;
  END IF;
  UPDATE shared_agreement SET status = 'COMPLETED', completed_at = now() WHERE session_id = p_session AND status IN ('AGREED', 'IN_PROGRESS');
  UPDATE shared_agreement SET status = 'ABANDONED' WHERE session_id = p_session AND status = 'PROPOSED';
  DELETE FROM stages_meeting WHERE session_id = p_session AND kind IN ('IDEAS', 'POOL', 'OVERLAP', 'AGREEMENT', 'CHECK_IN');
  DELETE FROM stages_step WHERE session_id = p_session
    AND kind IN ('IDEAS_READY', 'PILES_DONE', 'AGREED', 'CHECKED_IN', 'MORE_IDEAS', 'WENT_ON_IDEAS', 'CLOSING');
  PERFORM door.write_meeting(p_session, 'ANOTHER_ROUND');
  RETURN true;
END $$;
