-- trigger
-- Words have changed: the vector that was made of them goes (argument: the column of the words; the embedding table). It acts with
-- the rights of whoever changed them. The lock makes a worker that is keeping a vector just now come before or after this.
CREATE OR REPLACE FUNCTION door.embedding_outdated() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (to_jsonb(OLD) ->> TG_ARGV[0]) IS DISTINCT FROM (to_jsonb(NEW) ->> TG_ARGV[0]) THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('vector of ' || OLD.id, 0));
    EXECUTE format('DELETE FROM public.%I WHERE id = $1', TG_ARGV[1]) USING OLD.id;
  END IF;
  RETURN NULL;
END $$;
