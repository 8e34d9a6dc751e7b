-- grant: user, ai
CREATE OR REPLACE FUNCTION door.my_sessions() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id FROM people_session s
    JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    WHERE m.user_id = nullif(current_setting('app.actor_id', true), '')::uuid;
END $$;
