-- grant: user
-- The only way a decision changes: offered -> granted or denied; denied -> granted never (offer anew); granted -> revoked. Each
-- change is a link of the owner's chain, in the same breath. Returns the decision that stands; RESTING (see below); FULL when
-- three of the kind are shared already; NULL for a record that is not the actor's or has no words any more.
-- p_at_meeting: the words wait for the meeting that carries them, unless it has been. Otherwise they cross when they have cooled
-- off; p_wait is how long that takes for whoever has not chosen it themselves. No meeting is before what it carries has cooled off
-- (door.try_meeting).
CREATE OR REPLACE FUNCTION door.decide_consent(
  p_record uuid, p_decision text, p_wait interval, p_at_meeting boolean, p_actor bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  actor uuid := door.actor_id();
  record consent_consentrecord%ROWTYPE;
  content shared_consentedcontent%ROWTYPE;
  earlier shared_consentedcontent%ROWTYPE;
  cools timestamptz;
  crosses timestamptz;
  again boolean;
BEGIN
  -- The session's row first, as every meeting does: a grant is before a meeting or after it, never beside it.
  PERFORM 1 FROM people_session s JOIN consent_consentrecord r ON r.session_id = s.id
    WHERE r.id = p_record AND r.owner_id = actor FOR NO KEY UPDATE OF s;
  SELECT * INTO record FROM consent_consentrecord WHERE id = p_record AND owner_id = actor FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;

  IF record.decision IS NULL AND p_decision = 'DENIED' THEN
    UPDATE consent_consentrecord SET decision = 'DENIED', decided_at = now() WHERE id = p_record;
    PERFORM door.append_consent(actor, p_record, 'DECLINED', p_actor, clock_timestamp());
    RETURN 'DENIED';

  ELSIF record.decision IS NULL AND p_decision = 'GRANTED' THEN
    SELECT * INTO content FROM shared_consentedcontent WHERE consent_record_id = p_record;
    IF NOT FOUND THEN RETURN NULL; END IF;
    -- At rest, over, or closed for this person by their own answers: nothing new is shared. What was shared can be taken back.
    IF EXISTS (SELECT 1 FROM people_session s WHERE s.id = content.session_id AND s.status IN ('PAUSED', 'RESOLVED', 'ABANDONED'))
       OR (SELECT o.outcome FROM stages_safetyoutcome o WHERE o.session_id = content.session_id AND o.owner_id = actor
           ORDER BY o.created_at DESC, o.id DESC LIMIT 1) = 'CLOSED' THEN
      RETURN 'RESTING';
    END IF;
    IF content.content_type IN ('IDENTIFIED_NEED', 'PROPOSAL') AND (
      SELECT count(*) FROM shared_consentedcontent c WHERE c.owner_id = actor AND c.session_id = content.session_id
        AND c.content_type = content.content_type AND c.round = content.round
        AND c.consent_active AND c.item_id <> content.item_id) >= 3 THEN
      RETURN 'FULL';
    END IF;
    -- Other words of the same item take the place of the earlier ones.
    FOR earlier IN SELECT * FROM shared_consentedcontent c WHERE c.owner_id = actor AND c.content_type = content.content_type
      AND c.item_id = content.item_id AND c.round = content.round AND c.consent_active
    LOOP
      PERFORM door.revoke_consent(earlier.consent_record_id, p_actor);
    END LOOP;
    cools := now() + door.cooling_off(content.session_id, p_wait);
    crosses := cools;
    IF p_at_meeting AND NOT EXISTS (
      SELECT 1 FROM stages_meeting m WHERE m.session_id = content.session_id AND m.kind = CASE content.content_type
        WHEN 'EMPATHY_ATTEMPT' THEN 'LETTERS' WHEN 'IDENTIFIED_NEED' THEN 'NEEDS' WHEN 'PROPOSAL' THEN 'IDEAS' END) THEN
      crosses := NULL;
    END IF;
    again := EXISTS (SELECT 1 FROM shared_consentedcontent c WHERE c.owner_id = actor AND c.item_id = content.item_id
      AND c.content_type = content.content_type AND c.round = content.round AND c.revoked_at IS NOT NULL);
    UPDATE consent_consentrecord SET decision = 'GRANTED', decided_at = now() WHERE id = p_record;
    UPDATE shared_consentedcontent SET consented_at = now(), consent_active = true, cools_until = cools, crosses_at = crosses
      WHERE consent_record_id = p_record;
    PERFORM door.append_consent(
      actor, p_record, CASE WHEN again THEN 'REGRANTED' ELSE 'GRANTED' END, p_actor, clock_timestamp());
    IF cools > now() THEN
      PERFORM door.append_consent(actor, p_record, 'COOLING', p_actor, clock_timestamp());
    END IF;
    RETURN 'GRANTED';

  ELSIF record.decision = 'GRANTED' AND p_decision = 'REVOKED' THEN
    PERFORM door.revoke_consent(p_record, p_actor);
    RETURN 'REVOKED';
  END IF;
  RETURN record.decision;
END $$;
