-- grant: system
-- Notes in each owner's chain what has crossed since the last time, at a meeting or after its cooling-off. Not at the moment of a
-- meeting itself: there one person's press of a button would queue for the other's chain. Returns how many.
CREATE OR REPLACE FUNCTION door.note_crossings() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE due record; noted integer := 0;
BEGIN
  FOR due IN
    SELECT c.consent_record_id AS id, c.crosses_at FROM shared_consentedcontent c
    WHERE c.consent_active AND c.crosses_at <= clock_timestamp() AND NOT EXISTS (
      SELECT 1 FROM consent_consentevent e
      WHERE e.owner_id = c.owner_id AND e.record_id = c.consent_record_id AND e.action = 'CROSSED')
    ORDER BY c.owner_id, c.crosses_at, c.id LIMIT 500
  LOOP
    PERFORM door.note_crossing(due.id, due.crosses_at);
    noted := noted + 1;
  END LOOP;
  RETURN noted;
END $$;
