-- grant: system
-- That these ends now stand outside the database.
CREATE OR REPLACE FUNCTION door.heads_anchored(p_owners uuid[], p_lengths integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE consent_consenthead h SET anchored_length = greatest(h.anchored_length, least(given.length, h.sealed_length))
    FROM unnest(p_owners, p_lengths) AS given (owner_id, length) WHERE h.owner_id = given.owner_id;
END $$;
