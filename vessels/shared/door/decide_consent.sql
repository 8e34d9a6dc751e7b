-- grant: user
-- The only way a decision changes: offered -> granted or denied; denied -> granted never (offer anew); granted -> revoked.
-- p_crosses_at NULL: the words wait for the meeting that carries them. Returns the decision that stands.
CREATE OR REPLACE FUNCTION door.decide_consent(p_record uuid, p_decision text, p_crosses_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE record consent_consentrecord%ROWTYPE;
BEGIN
  SELECT * INTO record FROM consent_consentrecord WHERE id = p_record AND owner_id = door.actor_id() FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF record.decision IS NULL AND p_decision IN ('GRANTED', 'DENIED') THEN
    UPDATE consent_consentrecord SET decision = p_decision, decided_at = now() WHERE id = p_record;
    IF p_decision = 'GRANTED' THEN
      UPDATE shared_consentedcontent SET consented_at = now(), consent_active = true,
             crosses_at = greatest(p_crosses_at, now()) WHERE consent_record_id = p_record;
      IF p_crosses_at IS NULL THEN
        UPDATE shared_consentedcontent SET crosses_at = NULL WHERE consent_record_id = p_record;
      END IF;
    END IF;
    RETURN p_decision;
  ELSIF record.decision = 'GRANTED' AND p_decision = 'REVOKED' THEN
    UPDATE consent_consentrecord SET decision = 'REVOKED', revoked_at = now() WHERE id = p_record;
    UPDATE shared_consentedcontent SET consent_active = false, revoked_at = now() WHERE consent_record_id = p_record;
    DELETE FROM stages_strategyproposal p USING stages_proposalauthorship a, shared_consentedcontent c
      WHERE a.proposal_id = p.id AND a.content_id = c.id AND c.consent_record_id = p_record;
    RETURN 'REVOKED';
  END IF;
  RETURN record.decision;
END $$;
