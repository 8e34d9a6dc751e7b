-- grant: user
-- The links of one's own chain after this number that have no seal yet: those of the transaction that is still open.
CREATE OR REPLACE FUNCTION door.links_to_seal(p_after integer)
RETURNS TABLE (owner_id uuid, sequence integer, at timestamptz, actor bytea, action text, content_type text,
               record_id uuid, session_id uuid, item_id uuid, digest bytea, previous_hash bytea, hash bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
  SELECT e.owner_id, e.sequence, e.at, e.actor, e.action::text, e.content_type::text, e.record_id, e.session_id, e.item_id, e.digest,
         e.previous_hash, e.hash
  FROM consent_consentevent e WHERE e.owner_id = door.actor_id() AND e.sequence > p_after
    AND NOT EXISTS (SELECT 1 FROM consent_consentseal s WHERE s.owner_id = e.owner_id AND s.sequence = e.sequence)
  ORDER BY e.sequence;
END $$;
