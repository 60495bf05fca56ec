-- Forget a code that was said.
-- $1 job_id uuid, $2 kind stop_kind
DELETE FROM proof_code WHERE job_id = $1 AND kind = $2
