-- grant: user
-- The actor's sessions in which they themselves have come to Stage 2: before it nothing of the other is shown to them.
CREATE OR REPLACE FUNCTION door.sessions_from_perspective() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT p.session_id FROM stages_stageprogress p
    WHERE p.owner_id = nullif(current_setting('app.actor_id', true), '')::uuid AND p.stage >= 2;
END $$;
