-- grant: system
-- Sessions in which both need maps are here and nobody has looked for what may be common since words last crossed. Ids only.
CREATE OR REPLACE FUNCTION door.sessions_to_look() RETURNS TABLE (session_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id FROM people_session s
    JOIN stages_meeting here ON here.session_id = s.id AND here.kind = 'NEEDS'
    LEFT JOIN stages_meeting looked ON looked.session_id = s.id AND looked.kind = 'COMMON_LOOKED'
    WHERE s.status = 'ACTIVE'
      AND NOT EXISTS (SELECT 1 FROM stages_meeting m WHERE m.session_id = s.id AND m.kind = 'COMMON_GROUND')
      AND (looked.id IS NULL OR EXISTS (
        SELECT 1 FROM shared_consentedcontent c WHERE c.session_id = s.id AND c.content_type = 'IDENTIFIED_NEED'
          AND c.consent_active AND c.crosses_at <= now() AND c.crosses_at > looked.met_at))
    LIMIT 200;
END $$;
