-- Keep what is known of a job from being forgotten, for this reason; the job is locked.
-- $1 job_id uuid, $2 reason hold_reason, $3 held_at timestamptz
INSERT INTO legal_hold (job_id, reason, held_at) VALUES ($1, $2, $3)
ON CONFLICT (job_id) DO UPDATE SET reason = excluded.reason
