-- Let what is known of a job be forgotten after its time again.
-- $1 job_id uuid
DELETE FROM legal_hold WHERE job_id = $1 RETURNING job_id, reason, held_at
