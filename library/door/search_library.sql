-- grant: user, ai, joint, curator
-- Candidates among published items: those whose vectors lie nearest and those that share telling words, with what their
-- order is made from. It is a door because `@@` is not leakproof: behind a policy it could not use its index. It tells nothing
-- that the caller could not read row by row. A word that more than 200 items have ("week") says little and would have all
-- of them ranked: such words don't count.
CREATE OR REPLACE FUNCTION door.search_library(words text, near public.halfvec, want_solo boolean, at_most integer)
RETURNS TABLE (
    item_id uuid, slug varchar, situation varchar, need_categories varchar[], needs varchar[], effort smallint,
    distance double precision, rank real
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET random_page_cost = 1 AS $$  -- the library fits into memory
#variable_conflict use_column
DECLARE
    asked text[] := (tsvector_to_array(to_tsvector('english', left(words, 2000))))[1:60];
    telling text[];
    found uuid[];
    wanted tsquery;
BEGIN
    PERFORM set_config('hnsw.ef_search', '120', true), set_config('hnsw.iterative_scan', 'relaxed_order', true);
    SELECT array_agg(DISTINCT hit.lexeme), array_agg(DISTINCT hit.id) INTO telling, found
    FROM (
        SELECT lexeme, match.id, count(*) OVER (PARTITION BY lexeme) AS spread
        FROM unnest(asked) AS lexeme
        CROSS JOIN LATERAL (
            SELECT item.id FROM public.library_globallibraryitem item
            WHERE item.search_vector @@ quote_literal(lexeme)::tsquery LIMIT 201
        ) AS match
    ) AS hit
    WHERE hit.spread <= 200;
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery INTO wanted FROM unnest(telling) AS lexeme;
    RETURN QUERY
    WITH worded AS MATERIALIZED (
        SELECT item.id, ts_rank(item.search_vector, wanted, 1) AS rank
        FROM public.library_globallibraryitem item
        WHERE item.id = ANY (found) AND item.status = 'PUBLISHED' AND (want_solo IS NULL OR item.solo = want_solo)
        ORDER BY 2 DESC, item.slug
        LIMIT at_most
    ), nearest AS MATERIALIZED (
        SELECT vector.item_id AS id, vector.embedding <=> near AS distance
        FROM public.library_libraryembedding vector
        WHERE vector.status = 'PUBLISHED' AND (want_solo IS NULL OR vector.solo = want_solo)
        ORDER BY vector.embedding <=> near
        LIMIT at_most
    ), hits AS (
        SELECT id, nearest.distance, coalesce(worded.rank, 0) AS rank FROM nearest FULL JOIN worded USING (id)
    )
    SELECT item.id, item.slug, item.situation, item.need_categories, item.needs, item.effort,
           coalesce(hits.distance, vector.embedding <=> near, 1), hits.rank::real
    FROM hits
    JOIN public.library_globallibraryitem item ON item.id = hits.id
    LEFT JOIN public.library_libraryembedding vector ON vector.item_id = hits.id;
END $$;
