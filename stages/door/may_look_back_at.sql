-- grant: user
-- Whether what the guide looked at may still be told to the person it served: always what is their own or everyone's; what the
-- other shared, and what came of it, while it stands. Answers for the asker's own sessions only.
CREATE OR REPLACE FUNCTION door.may_look_back_at(p_session uuid, p_type text, p_item uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_type NOT IN ('partner_shared', 'common_ground') THEN RETURN true; END IF;
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN false; END IF;
  IF p_type = 'partner_shared' THEN
    RETURN EXISTS (SELECT 1 FROM shared_consentedcontent c WHERE c.id = p_item AND c.session_id = p_session
                   AND c.consent_active AND c.crosses_at <= now());
  END IF;
  RETURN EXISTS (SELECT 1 FROM shared_commonground g WHERE g.id = p_item AND g.session_id = p_session
                 AND door.sources_stand(g.session_id, g.source_a_id, g.source_b_id));
END $$;
