-- List the couriers who ever had a job.
-- $1 job_id uuid
SELECT DISTINCT courier_id AS id FROM assignment WHERE job_id = $1
