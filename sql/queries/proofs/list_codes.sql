-- List the codes of a job that were not said yet.
-- $1 job_id uuid
SELECT kind, code FROM proof_code WHERE job_id = $1
