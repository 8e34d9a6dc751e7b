-- grant: curator
-- A fingerprint of the words a giver agreed to: an item is published in these or not at all.
CREATE OR REPLACE FUNCTION door.library_words_digest(
    title text, description text, plain text, steps text[], measure text, duration_minutes integer, duration_days integer
) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN encode(sha256(convert_to(
        jsonb_build_array(title, description, plain, to_jsonb(steps), measure, duration_minutes, duration_days)::text, 'UTF8'
    )), 'hex');
END $$;
