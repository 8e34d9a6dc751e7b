-- grant: user
-- A hint was used, written into the chain of who used it. `p_content` are words the other shares and this person can read:
-- nothing else of theirs answers here. False for everything else.
CREATE OR REPLACE FUNCTION door.note_hint(p_content uuid, p_actor bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE record uuid;
BEGIN
  SELECT c.consent_record_id INTO record FROM shared_consentedcontent c
    WHERE c.id = p_content AND c.owner_id <> door.actor_id() AND c.consent_active AND c.crosses_at <= now()
      AND c.content_type NOT IN ('PROPOSAL', 'EMPATHY_ATTEMPT', 'EMPATHY_FEEDBACK')
      AND c.session_id IN (SELECT door.my_sessions()) AND c.session_id IN (SELECT door.sessions_from_perspective());
  IF record IS NULL THEN RETURN false; END IF;
  PERFORM door.append_consent(door.actor_id(), record, 'HINT_USED', p_actor, clock_timestamp());
  RETURN true;
END $$;
