-- Read a proof by its id, without the picture.
-- $1 proof_id uuid
SELECT id, job_id, stop_id, courier_id, kind, media_type, width_px, height_px, bytes_count, sha256, created_at, lat_deg,
       lng_deg, accuracy_m
  FROM proof WHERE id = $1
