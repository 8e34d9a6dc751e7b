-- trigger
-- Withdrawing a contribution, or erasing it with its owner, retires the item at once. The time is coarse: it must not lead anywhere.
CREATE OR REPLACE FUNCTION door.library_contribution_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
        RAISE EXCEPTION 'a withdrawal is final' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' OR NEW.withdrawn_at IS NOT NULL THEN
        UPDATE public.library_globallibraryitem
        SET status = 'RETIRED', updated_at = date_trunc('week', now(), 'UTC')
        WHERE id = OLD.item_id AND status <> 'RETIRED';
    END IF;
    RETURN NULL;
END $$;
