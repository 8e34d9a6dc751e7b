-- trigger
-- Words that go while they are shared are taken back in the same breath: out of the pool, into the chain. In the name of whoever
-- granted them; nobody else may remove them. Before the row goes, so that it can still be read.
CREATE OR REPLACE FUNCTION door.consented_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.consent_active THEN
    PERFORM door.note_revoked(OLD.consent_record_id, OLD.id, OLD.crosses_at, door.granted_by(OLD.consent_record_id));
  END IF;
  RETURN OLD;
END $$;
