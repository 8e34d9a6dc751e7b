-- grant: user, system
-- The latest of the two daily slots, 8:00 and 20:00 UTC, shifted by 0 to 59 minutes that belong to the session.
CREATE OR REPLACE FUNCTION door.last_slot(p_session uuid) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT max(slot) FROM (
    SELECT date_trunc('day', now(), 'UTC') + make_interval(hours => hours) + door.jitter(p_session) AS slot
    FROM (VALUES (-16), (-4), (8), (20)) AS h (hours)) AS slots
  WHERE slot <= now()
$$;
