-- grant:
-- Raises the version of one person's stage and of the later ones they have come to. The highest is locked first: all writers of one
-- person take turns there, whichever stage they write in. Internal.
CREATE OR REPLACE FUNCTION door.raise_from_stage(p_session uuid, p_owner uuid, p_stage integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM stages_stageprogress WHERE session_id = p_session AND owner_id = p_owner AND stage >= p_stage
    ORDER BY stage DESC FOR NO KEY UPDATE;
  UPDATE stages_stageprogress SET content_version = content_version + 1, is_synthesis_dirty = true, content_changed_at = now()
    WHERE session_id = p_session AND owner_id = p_owner AND stage >= p_stage;
END $$;
