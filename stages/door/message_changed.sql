-- trigger
-- A person's message raises its stage's version and puts a reply in the outbox; an answer settles it; a deleted message takes its
-- answer with it.
CREATE OR REPLACE FUNCTION door.message_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changed stages_message%ROWTYPE;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  IF changed.role = 'AI' THEN
    IF TG_OP = 'INSERT' THEN
      UPDATE stages_outbox SET settled_at = now(), leased_until = NULL WHERE message_id = NEW.in_reply_to;
    END IF;
    RETURN NULL;
  END IF;
  IF changed.role <> 'USER' THEN RETURN NULL; END IF;
  UPDATE stages_stageprogress SET content_version = content_version + 1, is_synthesis_dirty = true, content_changed_at = now()
    WHERE session_id = changed.session_id AND owner_id = changed.owner_id
      AND (stage = changed.stage OR (TG_OP = 'UPDATE' AND stage = OLD.stage));
  IF TG_OP = 'INSERT' THEN
    INSERT INTO stages_outbox (message_id, owner_id, session_id, created_at, attempts)
      VALUES (NEW.id, NEW.owner_id, NEW.session_id, now(), 0);
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM stages_outbox WHERE message_id = OLD.id;
    DELETE FROM stages_message WHERE in_reply_to = OLD.id AND owner_id = OLD.owner_id AND role = 'AI';
  END IF;
  RETURN NULL;
END $$;
