-- By which pictures a stop was completed is on record for good: id, kind and SHA-256 of each that the courier named. Stops that
-- were completed before name none.
ALTER TABLE stop ADD COLUMN accepted_proofs jsonb NOT NULL DEFAULT '[]';

-- From now on codes go with the end of their job, and what was said instead.
DELETE FROM proof_code k USING job j WHERE j.id = k.job_id AND j.ended_at IS NOT NULL;
DELETE FROM proof_code_try t USING stop s, job j WHERE s.id = t.stop_id AND j.id = s.job_id AND j.ended_at IS NOT NULL;
