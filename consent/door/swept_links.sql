-- grant: system
-- What a sweep has appended to whose chain and nobody has sealed yet: crossings and what went back, which nobody pressed a button for.
CREATE OR REPLACE FUNCTION door.swept_links()
RETURNS TABLE (owner_id uuid, sequence integer, at timestamptz, actor bytea, action text, content_type text,
               record_id uuid, session_id uuid, item_id uuid, digest bytea, previous_hash bytea, hash bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
  SELECT e.owner_id, e.sequence, e.at, e.actor, e.action::text, e.content_type::text, e.record_id, e.session_id, e.item_id, e.digest,
         e.previous_hash, e.hash
  FROM consent_consenthead h JOIN consent_consentevent e ON e.owner_id = h.owner_id AND e.sequence > h.sealed_length
  WHERE h.anchored_length < h.length AND h.sealed_length < h.length AND e.action IN ('CROSSED', 'EXPIRED')
  ORDER BY e.owner_id, e.sequence;
END $$;
