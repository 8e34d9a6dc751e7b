-- grant:
-- Writes the meeting when both are ready for it, and lets cross what crosses with it. Internal: called by meet and sweep_meetings
-- with the session's row locked.
CREATE OR REPLACE FUNCTION door.try_meeting(p_session uuid, p_kind text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE step text; carried text;
BEGIN
  step := CASE p_kind WHEN 'COMPACT' THEN 'COMPACT_SIGNED' WHEN 'LETTERS' THEN 'LETTER_READY' WHEN 'NEEDS' THEN 'NEEDS_DONE'
    WHEN 'COMMON_GROUND' THEN 'COMMON_ANSWERED' WHEN 'IDEAS' THEN 'IDEAS_READY' WHEN 'OVERLAP' THEN 'PILES_DONE'
    WHEN 'CHECK_IN' THEN 'CHECKED_IN'
    WHEN 'ANOTHER_ROUND' THEN 'MORE_IDEAS' WHEN 'CLOSED' THEN 'CLOSING' END;
  carried := CASE p_kind WHEN 'LETTERS' THEN 'EMPATHY_ATTEMPT' WHEN 'NEEDS' THEN 'IDENTIFIED_NEED' WHEN 'IDEAS' THEN 'PROPOSAL' END;
  IF step IS NULL THEN RAISE EXCEPTION 'unknown meeting'; END IF;
  IF p_kind <> 'ANOTHER_ROUND' AND EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = p_kind) THEN
    RETURN true;
  END IF;
  IF NOT door.both_ready(p_session, step) THEN RETURN false; END IF;
  IF p_kind <> 'COMPACT' AND NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = 'COMPACT') THEN
    RETURN false;
  END IF;
  IF EXISTS (SELECT 1 FROM shared_consentedcontent c WHERE c.session_id = p_session AND c.content_type = carried
             AND c.consent_active AND c.crosses_at IS NULL AND c.cools_until > clock_timestamp()) THEN
    RETURN false; -- words it carries can still be taken back: both wait for them, and neither sees why
  END IF;
  IF p_kind = 'LETTERS' AND (
    SELECT count(DISTINCT c.owner_id) FROM shared_consentedcontent c
    WHERE c.session_id = p_session AND c.content_type = 'EMPATHY_ATTEMPT' AND c.round = 1 AND c.consent_active) < 2 THEN
    RETURN false; -- a letter that was taken back elsewhere: the other one does not cross alone
  END IF;
  IF p_kind = 'OVERLAP' AND NOT EXISTS (SELECT 1 FROM stages_meeting WHERE session_id = p_session AND kind = 'POOL') THEN
    RETURN false;
  END IF;
  IF p_kind = 'ANOTHER_ROUND' THEN
    RETURN door.begin_round(p_session);
  ELSIF p_kind = 'CHECK_IN' AND NOT door.look_back(p_session) THEN
    RETURN false;
  END IF;
  PERFORM door.write_meeting(p_session, p_kind);
  IF carried IS NOT NULL THEN
    UPDATE shared_consentedcontent SET crosses_at = greatest(now(), cools_until)
      WHERE session_id = p_session AND consent_active AND crosses_at IS NULL AND content_type = carried;
  ELSIF p_kind = 'COMMON_GROUND' THEN
    UPDATE shared_commonground g SET confirmed_by_a = true, confirmed_by_b = true, confirmed_at = now()
      WHERE g.session_id = p_session AND g.confirmed_at IS NULL
        AND (SELECT count(*) FROM stages_commongroundanswer a WHERE a.common_ground_id = g.id AND a.agrees) = 2;
  ELSIF p_kind = 'OVERLAP' THEN
    INSERT INTO stages_overlapitem (id, session_id, proposal_id)
      SELECT gen_random_uuid(), p_session, r.proposal_id FROM stages_strategyranking r
      JOIN stages_strategyproposal p ON p.id = r.proposal_id -- of this round: what both would do of an earlier one is there already
        AND p.round = 1 + (SELECT count(*) FROM stages_meeting m WHERE m.session_id = p_session AND m.kind = 'ANOTHER_ROUND')
      WHERE r.session_id = p_session AND r.pile IN ('GLADLY', 'COULD')
      GROUP BY r.proposal_id HAVING count(*) = 2 ORDER BY random();
  ELSIF p_kind = 'CLOSED' THEN
    UPDATE shared_agreement SET status = 'COMPLETED', completed_at = now() WHERE session_id = p_session AND status IN ('AGREED', 'IN_PROGRESS');
    UPDATE shared_agreement SET status = 'ABANDONED' WHERE session_id = p_session AND status = 'PROPOSED';
    UPDATE people_session SET status = 'RESOLVED', resolved_at = now(), updated_at = now() WHERE id = p_session;
  END IF;
  RETURN true;
END $$;
