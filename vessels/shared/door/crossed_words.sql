-- grant: user
-- All that a person may ever read of what the other shares in a session: the words, whose and of what kind, in their owner's order.
-- Not when they were offered, granted or changed, not from what, not by which decision: none of that was agreed to. Ideas are
-- read in the unlabelled pool only, and nothing before the reader has come to Stage 2.
CREATE OR REPLACE FUNCTION door.crossed_words(p_session uuid)
RETURNS TABLE (id uuid, session_id uuid, shared_vessel_id uuid, owner_id uuid, content_type text, round smallint,
               transformed_content bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_session NOT IN (SELECT door.my_sessions()) OR p_session NOT IN (SELECT door.sessions_from_perspective()) THEN RETURN; END IF;
  RETURN QUERY
  SELECT c.id, c.session_id, c.shared_vessel_id, c.owner_id, c.content_type::text, c.round, c.transformed_content
  FROM shared_consentedcontent c
  WHERE c.session_id = p_session AND c.owner_id <> door.actor_id() AND c.consent_active AND c.crosses_at <= now()
    AND c.content_type <> 'PROPOSAL'
  ORDER BY c.created_at, c.consent_record_id; -- the ids are random
END $$;
