-- grant:
-- Whoever writes into this person's chain waits here for whoever is writing into it now, until that transaction ends. Internal.
-- The lock's number is made with an id that only this person can see: whoever knew the number could watch them decide.
CREATE OR REPLACE FUNCTION door.lock_chain(p_owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE unknown text := (SELECT min(v.id::text) FROM private_uservessel v WHERE v.owner_id = p_owner);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('consent chain of ' || coalesce(unknown, p_owner::text), 0));
END $$;
