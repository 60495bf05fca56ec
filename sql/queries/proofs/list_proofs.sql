-- List the proofs of a job, in order, without the pictures.
-- $1 job_id uuid
SELECT id, job_id, stop_id, courier_id, kind, media_type, width_px, height_px, bytes_count, sha256, created_at, lat_deg,
       lng_deg, accuracy_m
  FROM proof WHERE job_id = $1 ORDER BY created_at, id
