-- grant:
-- Whoever writes into this person's chain waits here for whoever is writing into it now, until that transaction ends. Internal.
CREATE OR REPLACE FUNCTION door.lock_chain(p_owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('consent chain of ' || p_owner::text, 0));
END $$;
