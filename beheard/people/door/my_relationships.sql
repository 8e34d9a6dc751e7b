-- grant: user, ai
CREATE OR REPLACE FUNCTION door.my_relationships() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT m.relationship_id FROM people_relationshipmember m
    WHERE m.user_id = nullif(current_setting('app.actor_id', true), '')::uuid;
END $$;
