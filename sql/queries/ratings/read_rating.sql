-- Read what a recipient thought of a delivery.
-- $1 job_id uuid
SELECT score, tags, comment FROM rating WHERE job_id = $1
