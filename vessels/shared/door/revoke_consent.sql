-- grant:
-- Takes back what was granted: hidden from everyone but its owner at once, out of the pool, into the chain. Internal.
CREATE OR REPLACE FUNCTION door.revoke_consent(p_record uuid, p_actor bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE content shared_consentedcontent%ROWTYPE;
BEGIN
  UPDATE shared_consentedcontent SET consent_active = false, revoked_at = now() WHERE consent_record_id = p_record
    RETURNING * INTO STRICT content;
  PERFORM door.note_revoked(p_record, content.id, content.crosses_at, p_actor);
END $$;
