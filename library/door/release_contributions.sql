-- grant: system
-- What was given in the weeks before this one comes before the curators: all together, in random order, in one transaction, dated by
-- the week. A second yes given before this week is told the same way. Returns how many came. Nothing here says whose they are.
CREATE OR REPLACE FUNCTION door.release_contributions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    week timestamptz := date_trunc('week', now(), 'UTC');
    given record;
    made uuid;
    released integer := 0;
BEGIN
    FOR given IN
        SELECT * FROM public.library_librarycontribution
        WHERE item_id IS NULL AND withdrawn_at IS NULL AND consented_at < week
        ORDER BY random()
        FOR NO KEY UPDATE
    LOOP
        made := gen_random_uuid();
        INSERT INTO public.library_globallibraryitem (
            id, slug, title, description, plain, category, situation, steps, duration_minutes, duration_days, effort, setting,
            measure, need_categories, needs, cautions, when_not, citation, solo, source, status, content_version,
            created_at, updated_at
        ) VALUES (
            made, 'given-' || replace(made::text, '-', ''), given.title, given.description, given.plain, 'contributed', '', given.steps,
            given.duration_minutes, given.duration_days, 1, 'EITHER', given.measure, given.need_categories, '{}', '', '', '',
            false, 'CONTRIBUTED', 'DRAFT', '', week, week
        );
        INSERT INTO public.library_contributionreview (item_id, source, state, reason, agreed_digest)
        VALUES (made, 'CONTRIBUTED', 'NEW', '', door.library_words_digest(
            given.title, given.description, given.plain, given.steps, given.measure, given.duration_minutes, given.duration_days));
        UPDATE public.library_librarycontribution SET item_id = made WHERE id = given.id;
        released := released + 1;
    END LOOP;
    UPDATE public.library_contributionreview review
    SET state = 'AGREED', agreed_digest = again.digest
    FROM (
        SELECT theirs.item_id, door.library_words_digest(
            theirs.title, theirs.description, theirs.plain, theirs.steps, theirs.measure, theirs.duration_minutes, theirs.duration_days
        ) AS digest
        FROM public.library_librarycontribution theirs
        WHERE theirs.item_id IS NOT NULL AND theirs.withdrawn_at IS NULL AND theirs.consented_at < week
    ) AS again
    WHERE review.item_id = again.item_id AND review.state = 'ASKED' AND review.agreed_digest <> again.digest;
    RETURN released;
END $$;
