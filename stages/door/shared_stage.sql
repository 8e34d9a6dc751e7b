-- grant: user
-- The stage both members have behind them, NULL while either has completed none. Of the other it knows only what their stone tells
-- (door.partner_stone: where they stood at the last daily slot): the stages before it.
CREATE OR REPLACE FUNCTION door.shared_stage(p_session uuid) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE mine integer; theirs integer := nullif(door.partner_stone(p_session), 0) - 1;
BEGIN
  SELECT max(p.stage) INTO mine FROM stages_stageprogress p
    WHERE p.session_id = p_session AND p.owner_id = door.actor_id() AND p.status = 'COMPLETED';
  IF mine IS NULL OR theirs IS NULL THEN RETURN NULL; END IF;
  RETURN least(mine, theirs);
END $$;
