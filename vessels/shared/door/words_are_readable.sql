-- grant: user, ai, joint, door
-- Whether the asking role sees any words of that owner in that shared vessel. SECURITY INVOKER: row-level security answers.
CREATE OR REPLACE FUNCTION door.words_are_readable(p_shared_vessel uuid, p_owner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM shared_consentedcontent c WHERE c.shared_vessel_id = p_shared_vessel AND c.owner_id = p_owner);
END $$;
