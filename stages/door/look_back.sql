-- grant:
-- Both have said how the agreement that stands went: from now on each sees the other's answer. False when it is not so.
-- Where it helped both, at least a little, the item it came from is counted once. Internal.
CREATE OR REPLACE FUNCTION door.look_back(p_session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE agreement uuid; idea uuid;
BEGIN
  SELECT id INTO agreement FROM shared_agreement WHERE session_id = p_session AND status IN ('AGREED', 'IN_PROGRESS')
    ORDER BY agreed_at DESC LIMIT 1;
  IF agreement IS NULL OR (SELECT count(*) FROM stages_checkin WHERE agreement_id = agreement) < 2 THEN RETURN false; END IF;
  UPDATE shared_agreement SET looked_back_at = now() WHERE id = agreement AND looked_back_at IS NULL RETURNING proposal_id INTO idea;
  IF idea IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM stages_checkin WHERE agreement_id = agreement AND (happened = 'NO' OR helped = 'NO')) THEN
    PERFORM door.count_idea_use(idea, 'HELPED');
  END IF;
  RETURN true;
END $$;
