-- trigger
-- A contributed item that is not retired has one contribution in force (DESIGN §4). Deferred: both come in one transaction.
CREATE OR REPLACE FUNCTION door.library_item_needs_contribution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.library_globallibraryitem item
        WHERE item.id = NEW.id AND item.source = 'CONTRIBUTED' AND item.status <> 'RETIRED'
    ) AND NOT EXISTS (
        SELECT FROM public.library_librarycontribution given WHERE given.item_id = NEW.id AND given.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a contributed micro-experiment needs the consent of whoever gave it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'library_item_contributed_by_someone';
    END IF;
    RETURN NULL;
END $$;
