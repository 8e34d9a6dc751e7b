-- grant: user
-- The stone the partner stood on at the last of two daily slots (with a jitter of the session's own), and nothing more: never
-- the moment they moved. Of someone who has erased everything it is where both last met: their stone does not fall back.
CREATE OR REPLACE FUNCTION door.partner_stone(p_session uuid) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE slot timestamptz := door.last_slot(p_session); partner uuid;
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN NULL; END IF;
  SELECT m.user_id INTO partner FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    WHERE s.id = p_session AND m.user_id <> door.actor_id();
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN coalesce((SELECT max(p.stage) FROM stages_stageprogress p
    WHERE p.session_id = p_session AND p.owner_id = partner AND p.started_at <= slot), (
    SELECT max(CASE m.kind WHEN 'COMPACT' THEN 1 WHEN 'LETTERS' THEN 2 WHEN 'RESUMED' THEN 0
                 WHEN 'NEEDS' THEN 3 WHEN 'COMMON_LOOKED' THEN 3 WHEN 'COMMON_GROUND' THEN 3 ELSE 4 END)
    FROM stages_meeting m WHERE m.session_id = p_session
      AND NOT EXISTS (SELECT 1 FROM private_uservessel v WHERE v.session_id = p_session AND v.owner_id = partner)), 0);
END $$;
