-- grant: user
-- What the inviter may know: open, expired, joined or confirmed. A declined invitation is open until it expires.
CREATE OR REPLACE FUNCTION door.invitation_state(p_invitation uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE state text;
BEGIN
  SELECT CASE WHEN i.withdrawn_at IS NOT NULL THEN 'expired' -- also when "no, that is someone else" took it back
              WHEN a.confirmed_at IS NOT NULL THEN 'confirmed' WHEN a.joined_at IS NOT NULL THEN 'joined'
              WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END INTO state
  FROM people_invitation i LEFT JOIN people_invitationanswer a ON a.invitation_id = i.id
  WHERE i.id = p_invitation AND i.owner_id = door.actor_id();
  RETURN state;
END $$;
