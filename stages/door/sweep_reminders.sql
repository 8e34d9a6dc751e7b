-- grant: system
-- The time has come that someone chose for coming back: one notice, now. After a break of minutes it is in the app alone, so it
-- counts as sent. Returns how many.
CREATE OR REPLACE FUNCTION door.sweep_reminders() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE due record; reminded integer := 0;
BEGIN
  FOR due IN SELECT r.id, r.owner_id, r.session_id, s.status FROM stages_rhythm r JOIN people_session s ON s.id = r.session_id
    WHERE r.back_at <= now() AND r.reminded_at IS NULL FOR NO KEY UPDATE OF r SKIP LOCKED
  LOOP
    UPDATE stages_rhythm SET reminded_at = now() WHERE id = due.id;
    IF due.status NOT IN ('RESOLVED', 'ABANDONED') THEN
      INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
        VALUES (gen_random_uuid(), due.owner_id, due.session_id, 'REMINDER', now(), now());
      reminded := reminded + 1;
    END IF;
  END LOOP;
  FOR due IN SELECT r.id, r.owner_id, r.session_id, s.status FROM stages_rhythm r JOIN people_session s ON s.id = r.session_id
    WHERE r.break_until <= now() FOR NO KEY UPDATE OF r SKIP LOCKED
  LOOP
    UPDATE stages_rhythm SET break_until = NULL WHERE id = due.id;
    IF due.status NOT IN ('RESOLVED', 'ABANDONED') THEN
      INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at, emailed_at)
        VALUES (gen_random_uuid(), due.owner_id, due.session_id, 'REMINDER', now(), now(), now());
      reminded := reminded + 1;
    END IF;
  END LOOP;
  RETURN reminded;
END $$;
