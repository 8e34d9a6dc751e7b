-- trigger
-- A person's message raises its stage's version and puts a reply in the outbox; an answer settles it; a deleted message takes
-- its debt with it (and its answer, by the foreign key message_answers_own).
CREATE OR REPLACE FUNCTION door.message_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changed stages_message%ROWTYPE;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  IF changed.role = 'AI' THEN
    IF TG_OP = 'INSERT' THEN
      UPDATE stages_outbox SET settled_at = now(), leased_until = NULL WHERE message_id = NEW.in_reply_to AND owner_id = NEW.owner_id;
    END IF;
    RETURN NULL;
  END IF;
  IF changed.role <> 'USER' THEN RETURN NULL; END IF;
  PERFORM door.raise_from_stage(changed.session_id, changed.owner_id,
    CASE WHEN TG_OP = 'UPDATE' THEN least(OLD.stage, NEW.stage) ELSE changed.stage END);
  IF TG_OP = 'INSERT' THEN
    INSERT INTO stages_outbox (message_id, owner_id, session_id, created_at, attempts)
      VALUES (NEW.id, NEW.owner_id, NEW.session_id, now(), 0);
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM stages_outbox WHERE message_id = OLD.id;
  END IF;
  RETURN NULL;
END $$;
