-- grant: user
-- A session for a new relationship (its maker takes seat A) or for one the actor is in already.
CREATE OR REPLACE FUNCTION door.begin_session(
  p_session uuid, p_relationship uuid, p_shared_vessel uuid, p_display_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor uuid := door.actor_id();
BEGIN
  IF actor IS NULL THEN RAISE EXCEPTION 'no actor' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF NOT EXISTS (SELECT 1 FROM people_relationship WHERE id = p_relationship) THEN
    INSERT INTO people_relationship (id, created_at, updated_at) VALUES (p_relationship, now(), now());
    INSERT INTO people_relationshipmember (id, relationship_id, user_id, seat, display_name, role, joined_at)
      VALUES (gen_random_uuid(), p_relationship, actor, 'A', p_display_name, 'member', now());
  ELSIF NOT EXISTS (SELECT 1 FROM people_relationshipmember WHERE relationship_id = p_relationship AND user_id = actor) THEN
    RAISE EXCEPTION 'no such relationship' USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO people_session (id, relationship_id, status, topic, shared_vessel_id, created_at, updated_at)
    VALUES (p_session, p_relationship,
            CASE WHEN (SELECT count(*) FROM people_relationshipmember WHERE relationship_id = p_relationship) = 2
                 THEN 'ACTIVE' ELSE 'CREATED' END,
            NULL, p_shared_vessel, now(), now());
  INSERT INTO shared_sharedvessel (id, session_id, created_at, updated_at) VALUES (p_shared_vessel, p_session, now(), now());
END $$;
