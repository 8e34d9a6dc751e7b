-- grant: user
-- How what the actor gave stands with the curators, and its words as they are there now. Their own only.
CREATE OR REPLACE FUNCTION door.my_contributions() RETURNS TABLE (
    contribution_id uuid, state text, reason text, status text, title text, description text, plain text, steps text[],
    measure text, duration_minutes integer, duration_days integer, digest text, agreed boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT given.id, review.state::text, review.reason::text, item.status::text, item.title::text, item.description::text,
        item.plain::text, item.steps::text[], item.measure::text, item.duration_minutes::integer, item.duration_days::integer,
        now.digest, now.digest = door.library_words_digest(given.title, given.description, given.plain, given.steps,
            given.measure, given.duration_minutes, given.duration_days)
    FROM public.library_librarycontribution given
    JOIN public.library_globallibraryitem item ON item.id = given.item_id
    JOIN public.library_contributionreview review ON review.item_id = item.id
    CROSS JOIN LATERAL (SELECT door.library_words_digest(item.title, item.description, item.plain, item.steps, item.measure,
        item.duration_minutes, item.duration_days) AS digest) AS now
    WHERE given.owner_id = nullif(current_setting('app.actor_id', true), '')::uuid;
END $$;
