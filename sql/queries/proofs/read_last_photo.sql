-- Read the last photo of where a job was delivered.
-- $1 job_id uuid
SELECT p.media_type, p.sha256, p.content
  FROM proof p JOIN stop s ON s.id = p.stop_id
 WHERE p.job_id = $1 AND p.kind = 'photo' AND s.kind = 'dropoff' AND s.status = 'completed'
 ORDER BY p.created_at DESC, p.id DESC LIMIT 1
