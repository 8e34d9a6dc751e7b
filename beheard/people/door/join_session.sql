-- grant: user
-- The invited person takes seat B, also after they had declined at first. Returns the session, or NULL when the invitation can't
-- be used by this person.
CREATE OR REPLACE FUNCTION door.join_session(p_hash bytea, p_display_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor uuid := door.actor_id(); invitation people_invitation%ROWTYPE; answer people_invitationanswer%ROWTYPE;
        relationship uuid;
BEGIN
  SELECT * INTO invitation FROM people_invitation WHERE token_hash = p_hash FOR NO KEY UPDATE;
  IF NOT FOUND OR actor IS NULL OR invitation.owner_id = actor THEN RETURN NULL; END IF;
  SELECT relationship_id INTO relationship FROM people_session WHERE id = invitation.session_id FOR NO KEY UPDATE;
  SELECT * INTO answer FROM people_invitationanswer WHERE invitation_id = invitation.id;
  IF answer.joined_at IS NOT NULL THEN
    RETURN CASE WHEN answer.joined_by_id = actor THEN invitation.session_id END;
  END IF;
  IF invitation.withdrawn_at IS NOT NULL OR invitation.expires_at <= now() THEN RETURN NULL; END IF;
  IF (SELECT count(*) FROM people_relationshipmember WHERE relationship_id = relationship) <> 1 THEN RETURN NULL; END IF;
  INSERT INTO people_relationshipmember (id, relationship_id, user_id, seat, display_name, role, joined_at)
    VALUES (gen_random_uuid(), relationship, actor, 'B', p_display_name, 'member', now());
  INSERT INTO people_invitationanswer (id, invitation_id, joined_by_id, joined_at)
    VALUES (gen_random_uuid(), invitation.id, actor, now())
    ON CONFLICT (invitation_id) DO UPDATE SET joined_by_id = actor, joined_at = now(), declined_at = NULL;
  RETURN invitation.session_id;
END $$;
