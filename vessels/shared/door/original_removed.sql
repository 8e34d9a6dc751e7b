-- trigger
-- A private row goes, by whatever path: so does every form of it that was put before its owner, shared or not (consented_removed
-- takes back what is). A vessel takes everything of its owner's in that session. The session's row first, as every decision does: a
-- grant comes before this and is taken back, or after it and finds no words.
CREATE OR REPLACE FUNCTION door.original_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM people_session WHERE id = OLD.session_id FOR NO KEY UPDATE;
  DELETE FROM shared_consentedcontent c
    WHERE c.session_id = OLD.session_id AND c.owner_id = OLD.owner_id AND (TG_TABLE_NAME = 'private_uservessel' OR c.item_id = OLD.id);
  RETURN OLD;
END $$;
