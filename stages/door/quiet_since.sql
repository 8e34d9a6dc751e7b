-- grant:
-- Since when nobody has done anything in a session, and nothing is to come in it: no day to come back, no day to look back. Infinity
-- while there is an agreement that was made for good. Internal.
CREATE OR REPLACE FUNCTION door.quiet_since(p_session uuid) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT max(at) FROM (
    SELECT door.last_here(s.id, m.user_id) AS at FROM people_session s
      JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id WHERE s.id = p_session
    UNION ALL SELECT max(met_at) FROM stages_meeting WHERE session_id = p_session
    UNION ALL SELECT max(last_sent_at) FROM people_invitation WHERE session_id = p_session
    UNION ALL SELECT max(coalesce(g.follow_up_date, 'infinity')) FROM shared_agreement g
      WHERE g.session_id = p_session AND g.status IN ('AGREED', 'IN_PROGRESS')) AS times);
END $$;
