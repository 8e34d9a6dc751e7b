-- grant: system
-- Meetings whose second step began to count meanwhile (hot hands), or whose words have cooled off meanwhile.
CREATE OR REPLACE FUNCTION door.sweep_meetings() RETURNS TABLE (session_id uuid, kind text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE due record;
BEGIN
  -- Whoever's safety answers close joint stages: to the other it is a pause like any other, some hours later.
  UPDATE people_session s SET status = 'PAUSED', updated_at = now()
    WHERE s.status = 'ACTIVE' AND EXISTS (
      SELECT 1 FROM stages_safetyoutcome o WHERE o.session_id = s.id AND o.outcome = 'CLOSED' AND o.pauses_at <= now()
        AND NOT EXISTS (SELECT 1 FROM stages_safetyoutcome later WHERE later.session_id = s.id AND later.owner_id = o.owner_id
                        AND (later.created_at, later.id) > (o.created_at, o.id)));
  -- Begins with the few steps and words that had to wait (an index each), not with every session there is.
  FOR due IN
    WITH kinds (kind, step, carried) AS (VALUES ('COMPACT', 'COMPACT_SIGNED', NULL), ('LETTERS', 'LETTER_READY', 'EMPATHY_ATTEMPT'),
      ('NEEDS', 'NEEDS_DONE', 'IDENTIFIED_NEED'), ('COMMON_GROUND', 'COMMON_ANSWERED', NULL), ('IDEAS', 'IDEAS_READY', 'PROPOSAL'),
      ('OVERLAP', 'PILES_DONE', NULL), ('CHECK_IN', 'CHECKED_IN', NULL), ('ANOTHER_ROUND', 'MORE_IDEAS', NULL),
      ('CLOSED', 'CLOSING', NULL)),
    waited AS MATERIALIZED (
      SELECT t.session_id AS id, k.kind, k.step FROM stages_step t JOIN kinds k ON k.step = t.kind WHERE t.counts_from > t.taken_at
      UNION
      SELECT c.session_id, k.kind, k.step FROM shared_consentedcontent c JOIN kinds k ON k.carried = c.content_type
        WHERE c.consent_active AND c.crosses_at IS NULL)
    SELECT w.id, w.kind FROM waited w JOIN people_session s ON s.id = w.id
    WHERE s.status = 'ACTIVE'
      AND (w.kind = 'ANOTHER_ROUND' OR NOT EXISTS (SELECT 1 FROM stages_meeting m WHERE m.session_id = w.id AND m.kind = w.kind))
      AND door.both_ready(w.id, w.step)
  LOOP
    PERFORM 1 FROM people_session WHERE id = due.id FOR NO KEY UPDATE;
    IF door.try_meeting(due.id, due.kind) THEN
      session_id := due.id; kind := due.kind; RETURN NEXT;
    END IF;
  END LOOP;
  FOR due IN
    SELECT g.id AS agreement, s.id FROM shared_agreement g JOIN people_session s ON s.id = g.session_id
    WHERE g.status = 'PROPOSED' AND s.status = 'ACTIVE'
      AND EXISTS (SELECT 1 FROM stages_step t WHERE t.session_id = s.id AND t.kind = 'AGREED'
                    AND t.counts_from > t.taken_at AND t.counts_from <= now())
  LOOP
    PERFORM 1 FROM people_session WHERE id = due.id FOR NO KEY UPDATE;
    IF door.count_yes(due.agreement) = 'AGREED' THEN
      session_id := due.id; kind := 'AGREEMENT'; RETURN NEXT;
    END IF;
  END LOOP;
END $$;
