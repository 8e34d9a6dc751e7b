-- grant: user
CREATE OR REPLACE FUNCTION door.my_shared_vessels() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.shared_vessel_id FROM people_session s
    JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    WHERE m.user_id = nullif(current_setting('app.actor_id', true), '')::uuid;
END $$;
