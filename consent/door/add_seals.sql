-- grant:
-- Seals for links that stand and have none. Internal. Raises when a seal names no such link.
CREATE OR REPLACE FUNCTION door.add_seals(
  p_owners uuid[], p_sequences integer[], p_sealed_at timestamptz, p_key bytea, p_seals bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE added integer;
BEGIN
  INSERT INTO consent_consentseal (owner_id, sequence, sealed_at, key_id, seal)
    SELECT e.owner_id, e.sequence, p_sealed_at, p_key, given.seal
    FROM unnest(p_owners, p_sequences, p_seals) AS given (owner_id, sequence, seal)
    JOIN consent_consentevent e ON e.owner_id = given.owner_id AND e.sequence = given.sequence;
  GET DIAGNOSTICS added = ROW_COUNT;
  IF added <> cardinality(p_owners) THEN RAISE EXCEPTION 'no such link' USING ERRCODE = 'no_data_found'; END IF;
  UPDATE consent_consenthead h SET sealed_length = greatest(h.sealed_length, sealed.most)
    FROM (SELECT given.owner_id, max(given.sequence) AS most FROM unnest(p_owners, p_sequences) AS given (owner_id, sequence)
          GROUP BY 1) sealed
    WHERE h.owner_id = sealed.owner_id;
END $$;
