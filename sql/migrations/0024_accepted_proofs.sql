-- By which pictures a stop was completed is on record for good: id, kind and SHA-256 of each that the courier named. Stops that
-- were completed before name none.
ALTER TABLE stop ADD COLUMN accepted_proofs jsonb NOT NULL DEFAULT '[]';

-- Ops waive what cannot be given, for one stop and with a reason.
CREATE TYPE waiver_reason AS ENUM ('code_unknown', 'device_broken', 'recipient_unable', 'shown_otherwise');
ALTER TABLE stop
  ADD COLUMN waived_proofs proof_kind[] NOT NULL DEFAULT '{}',  -- of those required
  ADD COLUMN waiver_reason waiver_reason;

-- A proof is never another, but where its courier was is forgotten with the courier.
CREATE FUNCTION refuse_change_but_of_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  OLD.lat_deg := NULL;
  OLD.lng_deg := NULL;
  OLD.accuracy_m := NULL;
  IF NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER proof_is_final ON proof;
CREATE TRIGGER proof_is_final BEFORE UPDATE ON proof FOR EACH ROW EXECUTE FUNCTION refuse_change_but_of_place();
CREATE TRIGGER proofs_are_not_swept BEFORE TRUNCATE ON proof FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- From now on codes go with the end of their job, and what was said instead.
DELETE FROM proof_code k USING job j WHERE j.id = k.job_id AND j.ended_at IS NOT NULL;
DELETE FROM proof_code_try t USING stop s, job j WHERE s.id = t.stop_id AND j.id = s.job_id AND j.ended_at IS NOT NULL;
