-- Record that nobody has the job any more.
-- $1 job_id uuid, $2 ended_at timestamptz
UPDATE assignment SET ended_at = greatest(started_at, $2) WHERE job_id = $1 AND ended_at IS NULL
