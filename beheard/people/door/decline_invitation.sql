-- grant: user, system
-- "I would rather not", kept where no role reads it. The answer says only whether the link was open, so that declining twice
-- tells nobody (the inviter holds the link too) whether it had been declined before.
CREATE OR REPLACE FUNCTION door.decline_invitation(p_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE invitation people_invitation%ROWTYPE;
BEGIN
  SELECT * INTO invitation FROM people_invitation WHERE token_hash = p_hash FOR NO KEY UPDATE;
  IF NOT FOUND OR invitation.withdrawn_at IS NOT NULL OR invitation.expires_at <= now()
     OR invitation.owner_id = door.actor_id()
     OR EXISTS (SELECT 1 FROM people_invitationanswer WHERE invitation_id = invitation.id AND joined_at IS NOT NULL) THEN
    RETURN false;
  END IF;
  INSERT INTO people_invitationanswer (id, invitation_id, declined_at) VALUES (gen_random_uuid(), invitation.id, now())
    ON CONFLICT DO NOTHING;
  RETURN true;
END $$;
