-- grant: system
-- Someone silent has been considered for this nudge; when it is their turn (p_theirs), they find a notice in the next daily slot.
CREATE OR REPLACE FUNCTION door.note_nudge(p_session uuid, p_owner uuid, p_nudge integer, p_theirs boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO stages_rhythm (id, owner_id, session_id, vessel_id, nudges, nudged_at)
    SELECT gen_random_uuid(), v.owner_id, v.session_id, v.id, p_nudge, now() FROM private_uservessel v
    WHERE v.session_id = p_session AND v.owner_id = p_owner
  ON CONFLICT (session_id, owner_id) DO UPDATE SET nudges = p_nudge, nudged_at = now();
  IF p_theirs THEN
    INSERT INTO stages_notification (id, owner_id, session_id, kind, due_at, created_at)
      VALUES (gen_random_uuid(), p_owner, p_session, 'NUDGE', door.next_slot(p_session), now());
  END IF;
END $$;
