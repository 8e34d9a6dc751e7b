-- grant: system
-- Who has been silent for three days, or for seven, and has not been nudged for it. Ids and which nudge it is.
CREATE OR REPLACE FUNCTION door.silent_people() RETURNS TABLE (owner_id uuid, session_id uuid, nudge integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT v.owner_id, v.session_id, due.nudge FROM private_uservessel v
    JOIN people_session s ON s.id = v.session_id AND s.status IN ('CREATED', 'INVITED', 'ACTIVE')
    JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id AND m.user_id = v.owner_id
    LEFT JOIN stages_rhythm r ON r.session_id = v.session_id AND r.owner_id = v.owner_id
    CROSS JOIN LATERAL (SELECT door.last_here(v.session_id, v.owner_id) AS at) AS here
    CROSS JOIN LATERAL (SELECT CASE WHEN here.at <= now() - interval '7 days' THEN 2 ELSE 1 END AS nudge) AS due
    WHERE here.at <= now() - interval '3 days' AND here.at > now() - interval '30 days'
      AND NOT coalesce(r.nudged_at > here.at AND r.nudges >= due.nudge, false)
      AND NOT EXISTS (SELECT 1 FROM stages_step t WHERE t.session_id = v.session_id AND t.owner_id = v.owner_id
                        AND t.kind IN ('ENDED_ALONE', 'ENDED_FOR_BOTH'))
    LIMIT 200;
END $$;
