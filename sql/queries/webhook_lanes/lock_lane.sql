-- Lock a lane; it is kept as long as a new one.
-- $1 endpoint_id uuid, $2 subject_id uuid
UPDATE webhook_lane SET told_at = clock_timestamp() WHERE endpoint_id = $1 AND subject_id = $2
