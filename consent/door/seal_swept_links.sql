-- grant: system
-- The same for what a sweep has appended, in whosever chain.
CREATE OR REPLACE FUNCTION door.seal_swept_links(
  p_owners uuid[], p_sequences integer[], p_sealed_at timestamptz, p_key bytea, p_seals bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM door.add_seals(p_owners, p_sequences, p_sealed_at, p_key, p_seals);
END $$;
