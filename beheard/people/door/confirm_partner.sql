-- grant: user
-- The inviter says "yes, that is them" (then the session is active) or "no" (then the seat is free again).
CREATE OR REPLACE FUNCTION door.confirm_partner(p_session uuid, p_is_them boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE answer people_invitationanswer%ROWTYPE;
BEGIN
  -- Only who invited waits for that row, or makes others wait: a lock tells who is doing something just now.
  PERFORM 1 FROM people_invitation WHERE session_id = p_session AND owner_id = door.actor_id();
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM 1 FROM people_session WHERE id = p_session FOR NO KEY UPDATE;
  SELECT a.* INTO answer FROM people_invitationanswer a JOIN people_invitation i ON i.id = a.invitation_id
    WHERE i.session_id = p_session AND i.owner_id = door.actor_id() AND a.joined_at IS NOT NULL AND i.withdrawn_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  IF answer.confirmed_at IS NOT NULL THEN RETURN p_is_them; END IF;
  IF p_is_them THEN
    UPDATE people_invitationanswer SET confirmed_at = now() WHERE id = answer.id;
    UPDATE people_session SET status = 'ACTIVE', updated_at = now() WHERE id = p_session AND status IN ('CREATED', 'INVITED');
  ELSE
    DELETE FROM people_relationshipmember m USING people_session s
      WHERE s.id = p_session AND m.relationship_id = s.relationship_id AND m.seat = 'B';
    UPDATE people_invitation SET withdrawn_at = now() WHERE id = answer.invitation_id;
  END IF;
  RETURN p_is_them;
END $$;
