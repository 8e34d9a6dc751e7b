-- grant: user
-- "Yes" to exactly these words. When both have said it, it is agreed. Returns the status that stands, NULL if it is not theirs.
CREATE OR REPLACE FUNCTION door.confirm_agreement(p_agreement uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE row shared_agreement%ROWTYPE; my_seat text;
BEGIN
  SELECT g.* INTO row FROM shared_agreement g WHERE g.id = p_agreement AND g.session_id IN (SELECT door.my_sessions()) FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF row.status <> 'PROPOSED' THEN RETURN row.status; END IF;
  SELECT m.seat INTO my_seat FROM people_session s JOIN people_relationshipmember m ON m.relationship_id = s.relationship_id
    WHERE s.id = row.session_id AND m.user_id = door.actor_id() AND s.status = 'ACTIVE';
  IF NOT FOUND THEN RETURN row.status; END IF;
  UPDATE shared_agreement SET agreed_by_a = agreed_by_a OR my_seat = 'A', agreed_by_b = agreed_by_b OR my_seat = 'B'
    WHERE id = p_agreement RETURNING * INTO row;
  IF row.agreed_by_a AND row.agreed_by_b THEN
    UPDATE shared_agreement SET status = 'AGREED', agreed_at = now() WHERE id = p_agreement;
    UPDATE shared_agreement SET status = 'ABANDONED' WHERE session_id = row.session_id AND status = 'PROPOSED';
    PERFORM door.write_meeting(row.session_id, 'AGREEMENT');
    RETURN 'AGREED';
  END IF;
  RETURN row.status;
END $$;
