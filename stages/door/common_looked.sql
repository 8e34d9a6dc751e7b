-- grant: joint
-- The joint actor has looked for what may be common in all that had crossed by p_until. Later looks move the time on.
CREATE OR REPLACE FUNCTION door.common_looked(p_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE session uuid := nullif(current_setting('app.current_session_id', true), '')::uuid;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = session AND kind = 'NEEDS') THEN RETURN; END IF;
  DELETE FROM stages_meeting WHERE session_id = session AND kind = 'COMMON_LOOKED' AND met_at < p_until;
  INSERT INTO stages_meeting (id, session_id, kind, met_at)
    VALUES (gen_random_uuid(), session, 'COMMON_LOOKED', least(p_until, now())) ON CONFLICT DO NOTHING;
END $$;
