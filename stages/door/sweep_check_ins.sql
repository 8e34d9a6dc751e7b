-- grant: system
-- The day has come that both chose for looking back: a reminder, in the next daily slot, for each who has not said how it went.
-- Once for an agreement. Returns how many agreements were due.
CREATE OR REPLACE FUNCTION door.sweep_check_ins() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE due record; reminded integer := 0;
BEGIN
  FOR due IN
    SELECT g.id, g.session_id FROM shared_agreement g JOIN people_session s ON s.id = g.session_id
    WHERE g.status IN ('AGREED', 'IN_PROGRESS') AND g.follow_up_date <= now() AND g.reminded_at IS NULL AND s.status = 'ACTIVE'
    FOR NO KEY UPDATE OF g SKIP LOCKED
  LOOP
    UPDATE shared_agreement SET reminded_at = now() WHERE id = due.id;
    INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
      SELECT gen_random_uuid(), m.user_id, due.session_id, 'CHECK_IN', door.next_slot(due.session_id), now()
      FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
      WHERE s.id = due.session_id
        AND NOT EXISTS (SELECT 1 FROM stages_checkin c WHERE c.agreement_id = due.id AND c.owner_id = m.user_id)
        AND NOT EXISTS (SELECT 1 FROM stages_step e WHERE e.session_id = s.id AND e.owner_id = m.user_id AND e.kind IN ('ENDED_ALONE', 'ENDED_FOR_BOTH'));
    reminded := reminded + 1;
  END LOOP;
  RETURN reminded;
END $$;
