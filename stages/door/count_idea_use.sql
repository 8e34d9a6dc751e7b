-- grant:
-- An idea that came from the library was chosen, kept or helped: counted for the item, without couple or time. Nobody may read whose an
-- idea is, so this is asked here and told to nobody. An idea of a person's counts nowhere. Internal.
CREATE OR REPLACE FUNCTION door.count_idea_use(p_proposal uuid, p_what text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM door.count_library_use(a.library_item_id, p_what) FROM stages_proposalauthorship a
    WHERE a.proposal_id = p_proposal AND a.library_item_id IS NOT NULL;
END $$;
