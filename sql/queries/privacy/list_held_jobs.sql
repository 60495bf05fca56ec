-- List all jobs on hold, by id, after this one.
-- $1 after_id uuid, $2 limit_count int8
SELECT job_id AS id FROM legal_hold WHERE job_id > $1 ORDER BY job_id LIMIT $2
