-- Give a lane back, if it is still held under this epoch.
-- $1 endpoint_id uuid, $2 subject_id uuid, $3 epoch int8
UPDATE webhook_lane SET lease_until = NULL WHERE endpoint_id = $1 AND subject_id = $2 AND epoch = $3
