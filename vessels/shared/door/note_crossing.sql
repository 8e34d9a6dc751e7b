-- grant:
-- That granted words have crossed, once, in their owner's chain. The actor is the one who granted: it is their decision that
-- comes true. Internal.
CREATE OR REPLACE FUNCTION door.note_crossing(p_record uuid, p_crossed_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE granted consent_consentevent%ROWTYPE;
BEGIN
  PERFORM door.lock_chain(r.owner_id) FROM consent_consentrecord r WHERE r.id = p_record;
  SELECT e.* INTO granted FROM consent_consentrecord r
    JOIN consent_consentevent e ON e.owner_id = r.owner_id AND e.record_id = r.id
    WHERE r.id = p_record AND e.action IN ('GRANTED', 'REGRANTED') LIMIT 1;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM consent_consentevent e WHERE e.owner_id = granted.owner_id AND e.record_id = p_record
                          AND e.action = 'CROSSED') THEN RETURN; END IF;
  PERFORM door.append_consent(granted.owner_id, p_record, 'CROSSED', granted.actor, p_crossed_at);
END $$;
