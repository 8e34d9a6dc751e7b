-- grant: user
-- Who has just taken seat B lets the inviter know in the next daily slot that someone is there. Once.
CREATE OR REPLACE FUNCTION door.announce_joined(p_session uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
    SELECT gen_random_uuid(), a.user_id, s.id, 'JOINED', door.next_slot(s.id), now()
    FROM people_session s JOIN people_relationshipmember a ON a.relationship_id = s.relationship_id AND a.seat = 'A'
    JOIN people_relationshipmember b ON b.relationship_id = s.relationship_id AND b.seat = 'B' AND b.user_id = door.actor_id()
    WHERE s.id = p_session AND s.status IN ('CREATED', 'INVITED')
      AND NOT EXISTS (SELECT 1 FROM stages_notification n WHERE n.session_id = s.id AND n.kind = 'JOINED'
                        AND n.created_at >= b.joined_at);
END $$;
