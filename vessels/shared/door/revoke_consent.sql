-- grant:
-- Takes back what was granted: hidden from everyone but its owner at once, out of the pool, into the chain. Internal.
-- When the words had crossed and nobody has noted it yet, that comes first.
CREATE OR REPLACE FUNCTION door.revoke_consent(p_record uuid, p_actor bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE content shared_consentedcontent%ROWTYPE; owner uuid;
BEGIN
  UPDATE consent_consentrecord SET decision = 'REVOKED', revoked_at = now() WHERE id = p_record RETURNING owner_id INTO STRICT owner;
  SELECT * INTO content FROM shared_consentedcontent WHERE consent_record_id = p_record;
  IF content.crosses_at <= now() THEN PERFORM door.note_crossing(p_record, content.crosses_at); END IF;
  UPDATE shared_consentedcontent SET consent_active = false, revoked_at = now() WHERE consent_record_id = p_record;
  DELETE FROM stages_strategyproposal p USING stages_proposalauthorship a
    WHERE a.proposal_id = p.id AND a.content_id = content.id;
  PERFORM door.append_consent(owner, p_record, 'REVOKED', p_actor, clock_timestamp());
END $$;
