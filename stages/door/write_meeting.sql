-- grant:
-- The row both see, and a notice for each in the next daily slot. Internal.
CREATE OR REPLACE FUNCTION door.write_meeting(p_session uuid, p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO stages_meeting (id, session_id, kind, met_at) VALUES (gen_random_uuid(), p_session, p_kind, now())
    ON CONFLICT DO NOTHING;
  INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
    SELECT gen_random_uuid(), m.user_id, p_session, 'BOTH', door.next_slot(p_session), now()
    FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id WHERE s.id = p_session;
END $$;
