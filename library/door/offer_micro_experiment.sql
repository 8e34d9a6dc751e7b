-- grant: user
-- A person gives what worked for them: the item, as a draft without an author, and their consent, in one step. No partner
-- may write the library, and no curator may learn who gave it. Times of the item are those of the month.
CREATE OR REPLACE FUNCTION door.offer_micro_experiment(words jsonb, consented_at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    giver uuid := nullif(current_setting('app.actor_id', true), '')::uuid;
    made uuid := gen_random_uuid();
    month timestamptz := date_trunc('month', consented_at, 'UTC');
BEGIN
    IF giver IS NULL THEN
        RAISE EXCEPTION 'nobody is giving this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.library_globallibraryitem (
        id, slug, title, description, plain, category, situation, steps, duration_minutes, duration_days, effort, setting,
        measure, need_categories, needs, cautions, when_not, citation, solo, source, status, content_version,
        created_at, updated_at
    ) VALUES (
        made, 'given-' || replace(made::text, '-', ''), words->>'title', words->>'description', coalesce(words->>'plain', ''),
        'contributed', coalesce(words->>'situation', ''), ARRAY(SELECT jsonb_array_elements_text(words->'steps')),
        (words->>'duration_minutes')::smallint, (words->>'duration_days')::smallint, coalesce((words->>'effort')::smallint, 1),
        coalesce(words->>'setting', 'EITHER'), coalesce(words->>'measure', ''),
        ARRAY(SELECT jsonb_array_elements_text(words->'need_categories')),
        ARRAY(SELECT jsonb_array_elements_text(words->'needs')), '', '', '', false, 'CONTRIBUTED', 'DRAFT', '', month, month
    );
    INSERT INTO public.library_librarycontribution (id, owner_id, item_id, source, consented_at)
    VALUES (gen_random_uuid(), giver, made, 'CONTRIBUTED', consented_at);
    RETURN made;
END $$;
