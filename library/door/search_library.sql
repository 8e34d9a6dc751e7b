-- grant: user, ai, joint, curator
-- Full text over published items. It is a door because `@@` is not leakproof: behind a policy it could not use its index.
-- It tells nothing that the caller could not read row by row.
CREATE OR REPLACE FUNCTION door.search_library(words text, want_solo boolean, at_most integer)
RETURNS TABLE (item_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- Any of the words: a whole sentence is asked for, and no item has all of it.
    wanted tsquery := replace(plainto_tsquery('english', left(words, 2000))::text, ' & ', ' | ')::tsquery;
BEGIN
    RETURN QUERY
    SELECT item.id, ts_rank(item.search_vector, wanted, 1)
    FROM public.library_globallibraryitem item
    WHERE item.search_vector @@ wanted AND item.status = 'PUBLISHED' AND (want_solo IS NULL OR item.solo = want_solo)
    ORDER BY 2 DESC, item.slug
    LIMIT at_most;
END $$;
