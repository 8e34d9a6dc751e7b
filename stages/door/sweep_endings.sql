-- grant: system
-- The quiet ending: nobody has been here for thirty days, or one of them has ended it for both. It shows in a daily slot, never at the
-- moment, with the same words whatever the cause; which it was is kept in nobody's row but their own. Returns how many ended.
CREATE OR REPLACE FUNCTION door.sweep_endings() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE due uuid; ended integer := 0;
BEGIN
  FOR due IN SELECT s.id FROM people_session s
    WHERE s.status IN ('CREATED', 'INVITED', 'ACTIVE', 'PAUSED') AND (
      EXISTS (SELECT 1 FROM stages_step t WHERE t.session_id = s.id AND t.kind = 'ENDED_FOR_BOTH'
                AND t.counts_from <= door.last_slot(s.id) - interval '2 hours')
      OR (s.updated_at <= door.last_slot(s.id) - interval '30 days'
          AND door.quiet_since(s.id) <= door.last_slot(s.id) - interval '30 days'))
    LIMIT 200 FOR NO KEY UPDATE OF s SKIP LOCKED
  LOOP
    UPDATE people_session SET status = 'ABANDONED', updated_at = now() WHERE id = due;
    UPDATE shared_agreement SET status = 'ABANDONED' WHERE session_id = due AND status = 'PROPOSED';
    UPDATE people_invitation i SET withdrawn_at = now() WHERE i.session_id = due AND i.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM people_invitationanswer a WHERE a.invitation_id = i.id AND a.joined_at IS NOT NULL);
    INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
      SELECT gen_random_uuid(), m.user_id, due, 'ENDED', now(), now()
      FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
      WHERE s.id = due AND NOT EXISTS (SELECT 1 FROM stages_step t WHERE t.session_id = due AND t.owner_id = m.user_id
                                         AND t.kind IN ('ENDED_ALONE', 'ENDED_FOR_BOTH'));
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;
