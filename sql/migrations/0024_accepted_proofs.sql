-- By which pictures a stop was completed is on record for good: id, kind and SHA-256 of each that the courier named. Stops that
-- were completed before name none.
ALTER TABLE stop ADD COLUMN accepted_proofs jsonb NOT NULL DEFAULT '[]';

-- Ops waive what cannot be given, for one stop and with a reason.
CREATE TYPE waiver_reason AS ENUM ('code_unknown', 'device_broken', 'recipient_unable', 'shown_otherwise');
ALTER TABLE stop
  ADD COLUMN waived_proofs proof_kind[] NOT NULL DEFAULT '{}',  -- of those required
  ADD COLUMN waiver_reason waiver_reason;

-- From now on codes go with the end of their job, and what was said instead.
DELETE FROM proof_code k USING job j WHERE j.id = k.job_id AND j.ended_at IS NOT NULL;
DELETE FROM proof_code_try t USING stop s, job j WHERE s.id = t.stop_id AND j.id = s.job_id AND j.ended_at IS NOT NULL;
