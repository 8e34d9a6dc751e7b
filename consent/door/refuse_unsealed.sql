-- trigger
-- At commit: a link without a seal is not written. The database can't tell a true seal from a false one; `verify_ledger` can.
CREATE OR REPLACE FUNCTION door.refuse_unsealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM consent_consentseal s WHERE s.owner_id = NEW.owner_id AND s.sequence = NEW.sequence) THEN
    RAISE EXCEPTION 'a link of the ledger is not sealed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
