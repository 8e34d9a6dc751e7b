-- trigger
-- A moment's vector goes: so does the vector of the vessel as a whole, which was made of it. A worker makes another.
CREATE OR REPLACE FUNCTION door.vessel_vector_outdated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM private_vesselembedding WHERE id = OLD.vessel_id;
  RETURN NULL;
END $$;
