-- grant: system
-- The ends of chains that have grown since they were last written down outside the database, each with the seal on its last link.
CREATE OR REPLACE FUNCTION door.heads_to_anchor(p_most integer)
RETURNS TABLE (owner_id uuid, sequence integer, hash bytea, sealed_at timestamptz, key_id bytea, seal bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
  SELECT h.owner_id, e.sequence, e.hash, s.sealed_at, s.key_id, s.seal
  FROM consent_consenthead h
  JOIN consent_consentevent e ON e.owner_id = h.owner_id AND e.sequence = h.length
  JOIN consent_consentseal s ON s.owner_id = h.owner_id AND s.sequence = h.length
  WHERE h.anchored_length < h.length
  ORDER BY h.owner_id LIMIT p_most;
END $$;
