-- Record that a courier has a job from now on.
-- $1 assignment_id uuid, $2 job_id uuid, $3 courier_id uuid, $4 offer_id uuid, $5 started_at timestamptz
INSERT INTO assignment (id, job_id, courier_id, offer_id, started_at) VALUES ($1, $2, $3, $4, $5)
