-- grant: user, ai, joint, door
-- Whether the asking role may read any words of that owner in that shared vessel. SECURITY INVOKER: row-level security answers, and
-- for what the other shares the door that a person reads it through.
CREATE OR REPLACE FUNCTION door.words_are_readable(p_shared_vessel uuid, p_owner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM shared_consentedcontent c WHERE c.shared_vessel_id = p_shared_vessel AND c.owner_id = p_owner) THEN
    RETURN true;
  ELSIF current_user <> 'beheard_user' THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM people_session s, door.crossed_words(s.id) w WHERE s.shared_vessel_id = p_shared_vessel AND w.owner_id = p_owner);
END $$;
