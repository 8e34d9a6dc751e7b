-- grant: user, ai, joint
-- One more time that an item was shown, chosen, kept, or helped. Nothing about who or when is written, and nobody may read
-- the counter but the door `library_usage`. An item that is not there is not counted.
CREATE OR REPLACE FUNCTION door.count_library_use(of_item uuid, what_happened text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.library_libraryusage AS counter (id, item_id, what, count)
    SELECT gen_random_uuid(), item.id, what_happened, 1
    FROM public.library_globallibraryitem item WHERE item.id = of_item
    ON CONFLICT (item_id, what) DO UPDATE SET count = counter.count + 1;
END $$;
