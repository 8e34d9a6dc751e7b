-- grant:
-- The pseudonym under which a record was granted; for what no page asked for. Internal.
CREATE OR REPLACE FUNCTION door.granted_by(p_record uuid) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT e.actor FROM consent_consentrecord r
          JOIN consent_consentevent e ON e.owner_id = r.owner_id AND e.record_id = r.id
          WHERE r.id = p_record AND e.action IN ('GRANTED', 'REGRANTED') LIMIT 1);
END $$;
