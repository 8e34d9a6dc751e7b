-- grant:
-- Marks whose yes to the words on the table counts by now (hot hands: twelve hours later), and agrees when both do. With two texts on
-- the table no yes belongs to either. Internal: called with the session's row locked.
CREATE OR REPLACE FUNCTION door.count_yes(p_agreement uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE row shared_agreement%ROWTYPE; seats text[];
BEGIN
  SELECT * INTO row FROM shared_agreement WHERE id = p_agreement FOR UPDATE;
  IF row.status <> 'PROPOSED' OR NOT EXISTS (SELECT 1 FROM people_session WHERE id = row.session_id AND status = 'ACTIVE')
     OR (SELECT count(*) FROM shared_agreement g WHERE g.session_id = row.session_id AND g.status = 'PROPOSED') > 1 THEN
    RETURN row.status;
  END IF;
  SELECT array_agg(m.seat) INTO seats FROM people_session s
    JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    JOIN stages_step t ON t.session_id = s.id AND t.owner_id = m.user_id AND t.kind = 'AGREED'
      AND (t.counts_from = t.taken_at OR t.counts_from <= now()) AND (t.returns_at IS NULL OR t.returns_at > now())
    WHERE s.id = row.session_id;
  IF door.both_ready(row.session_id, 'AGREED') THEN
    UPDATE shared_agreement SET agreed_by_a = true, agreed_by_b = true, status = 'AGREED', agreed_at = now() WHERE id = p_agreement;
    PERFORM door.write_meeting(row.session_id, 'AGREEMENT');
    RETURN 'AGREED';
  END IF;
  UPDATE shared_agreement SET agreed_by_a = coalesce('A' = ANY (seats), false), agreed_by_b = coalesce('B' = ANY (seats), false)
    WHERE id = p_agreement;
  RETURN row.status;
END $$;
