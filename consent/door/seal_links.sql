-- grant: user
-- Seals for links of one's own chain, made by the application with a key the database does not have.
CREATE OR REPLACE FUNCTION door.seal_links(
  p_sequences integer[], p_sealed_at timestamptz, p_key bytea, p_seals bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM door.add_seals(array_fill(door.actor_id(), ARRAY[cardinality(p_sequences)]), p_sequences, p_sealed_at, p_key, p_seals);
END $$;
