-- grant: user
CREATE OR REPLACE FUNCTION door.mark_invited(p_session uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE people_session SET status = 'INVITED', updated_at = now()
    WHERE id = p_session AND status = 'CREATED' AND topic_approved_at IS NOT NULL
      AND EXISTS (SELECT 1 FROM people_invitation i WHERE i.session_id = p_session AND i.owner_id = door.actor_id());
END $$;
