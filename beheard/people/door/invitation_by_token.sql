-- grant: user, system
-- What the holder of a link may know: who invites, and about what. `state` is open, expired or used. A declined one stays open
-- until it expires, for whoever holds the link: the inviter holds it too.
CREATE OR REPLACE FUNCTION door.invitation_by_token(p_hash bytea)
RETURNS TABLE (invitation_id uuid, session_id uuid, shared_vessel_id uuid, inviter text, topic bytea, key_id uuid,
               key_wrapped bytea, master_key_id text, expires_at timestamptz, state text, joined_by_actor boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
  SELECT i.id, s.id, s.shared_vessel_id, m.display_name::text, s.topic, k.id, k.wrapped, k.master_key_id::text, i.expires_at,
         CASE WHEN a.joined_at IS NOT NULL OR i.withdrawn_at IS NOT NULL THEN 'used'
              WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END,
         coalesce(a.joined_by_id = door.actor_id(), false)
  FROM people_invitation i
  JOIN people_session s ON s.id = i.session_id
  JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id AND m.user_id = i.owner_id
  LEFT JOIN people_invitationanswer a ON a.invitation_id = i.id
  LEFT JOIN crypto_vesselkey k ON k.vessel_id = s.shared_vessel_id AND k.kind = 'JOINT' AND k.destroyed_at IS NULL
  WHERE i.token_hash = p_hash;
END $$;
