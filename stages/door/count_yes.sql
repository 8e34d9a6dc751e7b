-- grant:
-- Agrees when both have said yes to the words on the table and both count by now (hot hands: twelve hours later). One yes alone is
-- written nowhere the other could read. With two texts on the table no yes belongs to either. Internal: called with the session's row locked.
CREATE OR REPLACE FUNCTION door.count_yes(p_agreement uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE row shared_agreement%ROWTYPE;
BEGIN
  SELECT * INTO row FROM shared_agreement WHERE id = p_agreement FOR NO KEY UPDATE;
  IF row.status <> 'PROPOSED' OR NOT EXISTS (SELECT 1 FROM people_session WHERE id = row.session_id AND status = 'ACTIVE')
     OR (SELECT count(*) FROM shared_agreement g WHERE g.session_id = row.session_id AND g.status = 'PROPOSED') > 1 THEN
    RETURN row.status;
  END IF;
  IF door.both_ready(row.session_id, 'AGREED') THEN
    PERFORM door.count_idea_use(row.proposal_id, CASE WHEN EXISTS (
      SELECT 1 FROM shared_agreement g WHERE g.session_id = row.session_id AND g.status IN ('AGREED', 'IN_PROGRESS')
        AND g.proposal_id = row.proposal_id) THEN 'KEPT' ELSE 'CHOSEN' END);
    -- What they agreed before is complete, and looking back begins anew. A yes is to these words and no others.
    UPDATE shared_agreement SET status = 'COMPLETED', completed_at = now()
      WHERE session_id = row.session_id AND status IN ('AGREED', 'IN_PROGRESS');
    DELETE FROM stages_meeting WHERE session_id = row.session_id AND kind IN ('AGREEMENT', 'CHECK_IN');
    DELETE FROM stages_step WHERE session_id = row.session_id AND kind IN ('AGREED', 'CHECKED_IN', 'MORE_IDEAS', 'CLOSING');
    UPDATE shared_agreement SET agreed_by_a = true, agreed_by_b = true, status = 'AGREED', agreed_at = now() WHERE id = p_agreement;
    PERFORM door.write_meeting(row.session_id, 'AGREEMENT');
    RETURN 'AGREED';
  END IF;
  RETURN row.status;
END $$;
