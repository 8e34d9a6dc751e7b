-- grant: system
-- Sessions in which both are ready and the pool has not been written (a broker or worker was away). Ids only.
CREATE OR REPLACE FUNCTION door.sessions_owing_pool() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT m.session_id FROM stages_meeting m JOIN people_session s ON s.id = m.session_id
    WHERE m.kind = 'IDEAS' AND s.status = 'ACTIVE'
      AND NOT EXISTS (SELECT 1 FROM stages_meeting p WHERE p.session_id = m.session_id AND p.kind = 'POOL');
END $$;
