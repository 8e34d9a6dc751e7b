-- trigger
-- Any change of a person's content raises the version of its stage, and of the later ones they have come to, whose syntheses read
-- it too. Not silenced by any setting.
CREATE OR REPLACE FUNCTION door.raise_content_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM door.raise_from_stage(OLD.session_id, OLD.owner_id, OLD.stage);
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND (NEW.stage, NEW.session_id, NEW.owner_id)
                          IS DISTINCT FROM (OLD.stage, OLD.session_id, OLD.owner_id)) THEN
    PERFORM door.raise_from_stage(NEW.session_id, NEW.owner_id, NEW.stage);
  END IF;
  RETURN NULL;
END $$;
