-- grant: user, ai, joint, curator
-- Full text over published items. It is a door because `@@` is not leakproof: behind a policy it could not use its index.
-- It tells nothing that the caller could not read row by row. A word that more than 200 items have ("week") says little
-- and would have all of them ranked: such words don't count.
CREATE OR REPLACE FUNCTION door.search_library(words text, want_solo boolean, at_most integer)
RETURNS TABLE (item_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked text[] := (tsvector_to_array(to_tsvector('english', left(words, 2000))))[1:60];
    telling text[];
    found uuid[];
    wanted tsquery;
BEGIN
    SELECT array_agg(DISTINCT hit.lexeme) FILTER (WHERE hit.spread <= 200),
           array_agg(DISTINCT hit.id) FILTER (WHERE hit.spread <= 200)
    INTO telling, found
    FROM (
        SELECT lexeme, match.id, count(*) OVER (PARTITION BY lexeme) AS spread
        FROM unnest(asked) AS lexeme
        CROSS JOIN LATERAL (
            SELECT item.id FROM public.library_globallibraryitem item
            WHERE item.search_vector @@ quote_literal(lexeme)::tsquery LIMIT 201
        ) AS match
    ) AS hit;
    IF telling IS NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery INTO wanted FROM unnest(telling) AS lexeme;
    RETURN QUERY
    SELECT item.id, ts_rank(item.search_vector, wanted, 1)
    FROM public.library_globallibraryitem item
    WHERE item.id = ANY (found) AND item.status = 'PUBLISHED' AND (want_solo IS NULL OR item.solo = want_solo)
    ORDER BY 2 DESC, item.slug
    LIMIT at_most;
END $$;
