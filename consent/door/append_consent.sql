-- grant:
-- The next link of one person's chain, about one consent record. Internal: every other door that changes consent ends here.
-- Appends of one person queue up behind a lock of that person's; sequence and previous hash are read under it. `hash` is SHA-256
-- over every other field, each with its length before it (consent/verify.py encodes the same). The application seals what it finds
-- appended before it commits (`links_to_seal`); `refuse_unsealed` lets nothing else pass.
CREATE OR REPLACE FUNCTION door.append_consent(
  p_owner uuid, p_record uuid, p_action text, p_actor bytea, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  record consent_consentrecord%ROWTYPE;
  head consent_consentevent%ROWTYPE;
  link consent_consentevent%ROWTYPE;
  field bytea;
  message bytea := convert_to('beheard consent 1', 'UTF8');
BEGIN
  IF octet_length(p_actor) IS DISTINCT FROM 32 THEN RAISE EXCEPTION 'a pseudonym has 32 bytes'; END IF;
  SELECT * INTO STRICT record FROM consent_consentrecord WHERE id = p_record;
  PERFORM door.lock_chain(p_owner);
  SELECT * INTO head FROM consent_consentevent WHERE owner_id = p_owner ORDER BY sequence DESC LIMIT 1;
  link.owner_id := p_owner;
  link.sequence := coalesce(head.sequence, 0) + 1;
  link.at := p_at;
  link.actor := p_actor;
  link.action := p_action;
  link.content_type := record.content_type;
  link.record_id := record.id;
  link.session_id := record.session_id;
  link.item_id := record.item_id;
  link.digest := record.preview_digest;
  link.previous_hash := coalesce(head.hash, decode(repeat('00', 32), 'hex'));
  FOREACH field IN ARRAY ARRAY[
    uuid_send(link.owner_id), int8send(link.sequence), int8send((extract(epoch FROM link.at) * 1000000)::bigint),
    link.actor, convert_to(link.action, 'UTF8'), convert_to(link.content_type, 'UTF8'), uuid_send(link.record_id),
    uuid_send(link.session_id), uuid_send(link.item_id), link.digest, link.previous_hash]
  LOOP
    message := message || int4send(octet_length(field)) || field;
  END LOOP;
  link.hash := sha256(message);
  INSERT INTO consent_consentevent (owner_id, sequence, at, actor, action, content_type, record_id, session_id, item_id, digest,
                                    previous_hash, hash)
    VALUES (link.owner_id, link.sequence, link.at, link.actor, link.action, link.content_type, link.record_id, link.session_id,
            link.item_id, link.digest, link.previous_hash, link.hash);
  INSERT INTO consent_consenthead AS h (owner_id, length, sealed_length, anchored_length) VALUES (p_owner, link.sequence, 0, 0)
    ON CONFLICT (owner_id) DO UPDATE SET length = excluded.length;
END $$;
