-- grant:
-- When someone last did anything in a session, or means to be back. From times alone. Internal.
CREATE OR REPLACE FUNCTION door.last_here(p_session uuid, p_owner uuid) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT max(at) FROM (
    SELECT m.joined_at AS at FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
      WHERE s.id = p_session AND m.user_id = p_owner
    UNION ALL SELECT s.created_at FROM people_session s WHERE s.id = p_session
    UNION ALL SELECT greatest(max(p.content_changed_at), max(p.started_at)) FROM stages_stageprogress p
      WHERE p.session_id = p_session AND p.owner_id = p_owner
    UNION ALL SELECT max(t.taken_at) FROM stages_step t WHERE t.session_id = p_session AND t.owner_id = p_owner
    UNION ALL SELECT greatest(r.asked_at, r.back_at) FROM stages_rhythm r
      WHERE r.session_id = p_session AND r.owner_id = p_owner) AS times);
END $$;
