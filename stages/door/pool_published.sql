-- grant: joint
-- The joint actor has written the pool: both see it from now on.
CREATE OR REPLACE FUNCTION door.pool_published() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE session uuid := nullif(current_setting('app.current_session_id', true), '')::uuid;
BEGIN
  IF EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = session AND kind = 'IDEAS')
     AND NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = session AND kind = 'POOL') THEN
    PERFORM door.write_meeting(session, 'POOL');
  END IF;
END $$;
