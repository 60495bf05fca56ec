-- Read the picture of a proof of this job.
-- $1 proof_id uuid, $2 job_id uuid
SELECT media_type, sha256, content FROM proof WHERE id = $1 AND job_id = $2 AND content IS NOT NULL
