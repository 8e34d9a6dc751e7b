-- grant: user
-- A proposed text is set aside, by either, when another is put in its place.
CREATE OR REPLACE FUNCTION door.set_aside_agreement(p_agreement uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE shared_agreement SET status = 'ABANDONED' WHERE id = p_agreement AND status = 'PROPOSED'
    AND session_id IN (SELECT door.my_sessions());
END $$;
