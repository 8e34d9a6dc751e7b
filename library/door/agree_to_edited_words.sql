-- grant: user
-- A giver says yes to the words as a curator edited them: exactly those whose fingerprint they were shown. The curator learns of it
-- with the week. True when these words are agreed to now.
CREATE OR REPLACE FUNCTION door.agree_to_edited_words(p_contribution uuid, p_digest text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.library_librarycontribution given
    SET title = item.title, description = item.description, plain = item.plain, steps = item.steps, measure = item.measure,
        duration_minutes = item.duration_minutes, duration_days = item.duration_days, consented_at = now()
    FROM public.library_globallibraryitem item, public.library_contributionreview review
    WHERE given.id = p_contribution AND given.owner_id = nullif(current_setting('app.actor_id', true), '')::uuid
        AND given.withdrawn_at IS NULL AND item.id = given.item_id AND review.item_id = item.id
        AND review.state = 'ASKED' AND item.status = 'DRAFT'
        AND p_digest = door.library_words_digest(item.title, item.description, item.plain, item.steps, item.measure,
            item.duration_minutes, item.duration_days);
    RETURN FOUND;
END $$;
