-- trigger
-- Any change of a person's content raises its stage's version. Not silenced by any setting.
CREATE OR REPLACE FUNCTION door.raise_content_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE stages_stageprogress SET content_version = content_version + 1, is_synthesis_dirty = true, content_changed_at = now()
      WHERE session_id = OLD.session_id AND owner_id = OLD.owner_id AND stage = OLD.stage;
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND (NEW.stage, NEW.session_id, NEW.owner_id)
                          IS DISTINCT FROM (OLD.stage, OLD.session_id, OLD.owner_id)) THEN
    UPDATE stages_stageprogress SET content_version = content_version + 1, is_synthesis_dirty = true, content_changed_at = now()
      WHERE session_id = NEW.session_id AND owner_id = NEW.owner_id AND stage = NEW.stage;
  END IF;
  RETURN NULL;
END $$;
