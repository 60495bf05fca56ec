-- Read what a job's token is made from; jobs from before there was tracking have none.
-- $1 job_id uuid
SELECT seed, key_id FROM tracking WHERE job_id = $1
