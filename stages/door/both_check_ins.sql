-- grant: user
-- How it went for both, once both have answered and it has met (CHECK_IN); nothing before. Words "in the way" stay with their writer.
CREATE OR REPLACE FUNCTION door.both_check_ins(p_agreement uuid)
RETURNS TABLE (mine boolean, happened text, helped text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM stages_checkin c JOIN shared_agreement g ON g.id = c.agreement_id
      WHERE c.agreement_id = p_agreement AND g.looked_back_at IS NOT NULL AND g.session_id IN (SELECT door.my_sessions())) < 2 THEN RETURN; END IF;
  RETURN QUERY SELECT c.owner_id = door.actor_id(), c.happened::text, c.helped::text
    FROM stages_checkin c WHERE c.agreement_id = p_agreement;
END $$;
