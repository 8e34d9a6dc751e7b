-- grant: user
-- What changes no decision, written into the person's own chain: words were put before them, or changed.
-- Decisions are noted by `decide_consent`, which makes them. The time is the database's.
CREATE OR REPLACE FUNCTION door.note_consent(p_record uuid, p_action text, p_actor bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor uuid := door.actor_id();
BEGIN
  IF p_action NOT IN ('OFFERED', 'EDITED') THEN
    RAISE EXCEPTION 'decisions are noted where they are made' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM consent_consentrecord r WHERE r.id = p_record AND r.session_id IN (SELECT door.my_sessions())
    AND r.owner_id = actor AND r.decision IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such record' USING ERRCODE = 'no_data_found'; END IF;
  PERFORM door.append_consent(actor, p_record, p_action, p_actor, clock_timestamp());
END $$;
