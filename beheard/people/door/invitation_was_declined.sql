-- grant: system
-- Whether the invited person has said "I would rather not" in the session of this invitation. For the worker that sends e-mails: no
-- actor who stands for a person may ask.
CREATE OR REPLACE FUNCTION door.invitation_was_declined(p_invitation uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM people_invitation i JOIN people_invitation every ON every.session_id = i.session_id
    JOIN people_invitationanswer a ON a.invitation_id = every.id AND a.declined_at IS NOT NULL WHERE i.id = p_invitation);
END $$;
