-- Looks end: after their time it is forgotten who looked at what, and their hashes go on linking the chain. The hash of a look
-- covers its content by a digest that stays, so that what is left of it cannot be put in place of anything else. Looks of
-- before this migration were hashed whole, and stay.
ALTER TABLE audit_entry
  ADD COLUMN content_sha256 text CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),  -- of what may be blanked; null: nothing may
  ADD COLUMN blanked_at timestamptz;  -- real time; null: it is whole

CREATE FUNCTION refuse_change_but_blanking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.blanked_at IS NULL AND NEW.blanked_at BETWEEN OLD.at AND clock_timestamp()
     AND starts_with(OLD.action, 'look_at_') AND OLD.content_sha256 IS NOT NULL
     AND OLD.at < clock_timestamp() - interval '30 days' THEN
    OLD.principal_id := NULL;
    OLD.credential_id := NULL;
    OLD.subject := 'look:blanked';
    OLD.before := '{}';
    OLD.after := '{}';
    OLD.reason := NULL;
    OLD.request_id := NULL;
    OLD.client_address := NULL;
    OLD.blanked_at := NEW.blanked_at;
    IF NEW IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
DROP TRIGGER audit_entry_is_final ON audit_entry;
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_blanking();
CREATE TRIGGER audit_entries_stay BEFORE DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT UPDATE (principal_id, credential_id, subject, before, after, reason, request_id, client_address, blanked_at)
  ON audit_entry TO CURRENT_USER;
