-- grant:
-- How long what the actor shares now waits before it may cross: as long as they chose (else p_default), twelve hours at least
-- while they read 8 or more on the barometer within the hour (DESIGN §5). A little longer than said, by chance, so that the moment
-- words appear does not tell the moment they were granted. Internal.
CREATE OR REPLACE FUNCTION door.cooling_off(p_session uuid, p_default interval) RETURNS interval
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  actor uuid := door.actor_id();
  wait interval := coalesce((SELECT make_interval(mins => o.minutes) FROM shared_coolingoff o WHERE o.owner_id = actor), p_default);
BEGIN
  IF EXISTS (SELECT 1 FROM private_emotionalreading r WHERE r.owner_id = actor AND r.session_id = p_session AND r.intensity >= 8
             AND r.timestamp > now() - interval '1 hour') THEN
    wait := greatest(wait, interval '12 hours');
  END IF;
  wait := greatest(wait, interval '0');
  RETURN wait + random() * least(wait / 2, interval '30 minutes');
END $$;
