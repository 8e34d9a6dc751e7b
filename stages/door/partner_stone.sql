-- grant: user
-- The stone the partner stood on at the last of two daily slots (with a jitter of the session's own), and nothing more: never
-- the moment they moved.
CREATE OR REPLACE FUNCTION door.partner_stone(p_session uuid) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE slot timestamptz := door.last_slot(p_session); partner uuid;
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) THEN RETURN NULL; END IF;
  SELECT m.user_id INTO partner FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    WHERE s.id = p_session AND m.user_id <> door.actor_id();
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN coalesce((SELECT max(p.stage) FROM stages_stageprogress p
    WHERE p.session_id = p_session AND p.owner_id = partner AND p.started_at <= slot), 0);
END $$;
