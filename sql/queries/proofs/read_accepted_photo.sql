-- Read the last of the photos by which the delivery of a job was completed.
-- $1 job_id uuid
SELECT p.media_type, p.sha256, p.content
  FROM stop s JOIN proof p ON p.stop_id = s.id
 WHERE s.job_id = $1 AND s.kind = 'dropoff' AND s.status = 'completed' AND p.kind = 'photo'
   AND s.accepted_proofs @> jsonb_build_array(jsonb_build_object('id', p.id))
 ORDER BY p.created_at DESC, p.id DESC LIMIT 1
