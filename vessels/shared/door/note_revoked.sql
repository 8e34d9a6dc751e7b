-- grant:
-- The record is revoked, the idea leaves the pool, the chain tells of it. When the words had crossed and nobody has noted it yet,
-- that comes first. Internal: the words themselves are hidden or removed by whoever calls this.
CREATE OR REPLACE FUNCTION door.note_revoked(p_record uuid, p_content uuid, p_crosses_at timestamptz, p_actor bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE owner uuid;
BEGIN
  UPDATE consent_consentrecord SET decision = 'REVOKED', revoked_at = now() WHERE id = p_record RETURNING owner_id INTO STRICT owner;
  IF p_crosses_at <= now() THEN PERFORM door.note_crossing(p_record, p_crosses_at); END IF;
  DELETE FROM stages_strategyproposal p USING stages_proposalauthorship a
    WHERE a.proposal_id = p.id AND a.content_id = p_content;
  PERFORM door.append_consent(owner, p_record, 'REVOKED', p_actor, clock_timestamp());
END $$;
