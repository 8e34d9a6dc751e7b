-- grant:
-- Both have said how the agreement that stands went: from now on each sees the other's answer. False when it is not so. Internal.
CREATE OR REPLACE FUNCTION door.look_back(p_session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE agreement uuid;
BEGIN
  SELECT id INTO agreement FROM shared_agreement WHERE session_id = p_session AND status IN ('AGREED', 'IN_PROGRESS')
    ORDER BY agreed_at DESC LIMIT 1;
  IF agreement IS NULL OR (SELECT count(*) FROM stages_checkin WHERE agreement_id = agreement) < 2 THEN RETURN false; END IF;
  UPDATE shared_agreement SET looked_back_at = now() WHERE id = agreement;
  RETURN true;
END $$;
