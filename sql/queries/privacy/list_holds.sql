-- List the holds on these jobs.
-- $1 job_ids uuid[]
SELECT job_id, reason, held_at FROM legal_hold WHERE job_id = ANY($1) ORDER BY job_id
