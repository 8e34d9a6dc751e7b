-- grant:
-- Whether both members have a step of this kind that counts, in an active session, with joint stages open for both, and
-- neither has ended it for themselves. Internal.
CREATE OR REPLACE FUNCTION door.both_ready(p_session uuid, p_step text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT s.status = 'ACTIVE' FROM people_session s WHERE s.id = p_session)
    AND (SELECT count(*) FROM people_session s
         JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
         JOIN stages_step t ON t.session_id = s.id AND t.owner_id = m.user_id AND t.kind = p_step
           AND (t.counts_from = t.taken_at OR t.counts_from <= now()) -- the step of this very transaction is later than its now()
           AND (t.returns_at IS NULL OR t.returns_at > now()) -- what has come back waits for nobody any more
         WHERE s.id = p_session
           AND NOT EXISTS (SELECT 1 FROM stages_step e WHERE e.session_id = s.id AND e.owner_id = m.user_id AND e.kind IN ('ENDED_ALONE', 'ENDED_FOR_BOTH'))
           AND coalesce((SELECT o.outcome FROM stages_safetyoutcome o WHERE o.session_id = s.id AND o.owner_id = m.user_id
                         ORDER BY o.created_at DESC, o.id DESC LIMIT 1), 'OPEN') = 'OPEN') = 2;
END $$;
