-- grant: curator
-- How often items were of use, in fives and not below five: no change of a figure shows what one couple did.
CREATE OR REPLACE FUNCTION door.library_usage(items uuid[] DEFAULT NULL)
RETURNS TABLE (item_id uuid, what varchar, at_least integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT counter.item_id, counter.what, counter.count / 5 * 5
    FROM public.library_libraryusage counter
    WHERE counter.count >= 5 AND (items IS NULL OR counter.item_id = ANY (items));
END $$;
