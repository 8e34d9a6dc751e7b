-- trigger
-- A contributed item that is not retired has one contribution in force (DESIGN §4), and is published only in the words its giver
-- agreed to. Deferred: all come in one transaction.
CREATE OR REPLACE FUNCTION door.library_item_needs_contribution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE item public.library_globallibraryitem%ROWTYPE;
BEGIN
    SELECT * INTO item FROM public.library_globallibraryitem WHERE id = NEW.id;
    IF NOT FOUND OR item.source <> 'CONTRIBUTED' OR item.status = 'RETIRED' THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.library_librarycontribution given WHERE given.item_id = item.id AND given.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a contributed micro-experiment needs the consent of whoever gave it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'library_item_contributed_by_someone';
    END IF;
    IF item.status = 'PUBLISHED' AND NOT EXISTS (
        SELECT FROM public.library_contributionreview review
        WHERE review.item_id = item.id AND review.agreed_digest = door.library_words_digest(
            item.title, item.description, item.plain, item.steps, item.measure, item.duration_minutes, item.duration_days)
    ) THEN
        RAISE EXCEPTION 'these are not the words that were agreed to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'library_item_in_agreed_words';
    END IF;
    RETURN NULL;
END $$;
