-- grant: user, ai, joint
-- Whether both needs that something common came from are still shared. Answers for the asker's own sessions only.
CREATE OR REPLACE FUNCTION door.sources_stand(p_session uuid, p_a uuid, p_b uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) FROM shared_consentedcontent c WHERE c.session_id = p_session AND c.id IN (p_a, p_b)
          AND c.consent_active AND c.crosses_at <= now()
          AND (c.session_id = nullif(current_setting('app.current_session_id', true), '')::uuid
               OR c.session_id IN (SELECT door.my_sessions()))) = 2;
END $$;
