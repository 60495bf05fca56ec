-- Lock lanes of an endpoint with dead letters since some time, oldest first; they are kept as long as new ones.
-- $1 endpoint_id uuid, $2 since timestamptz, $3 limit_count int8
UPDATE webhook_lane l SET told_at = clock_timestamp()
  FROM (
    SELECT k.endpoint_id, k.subject_id FROM webhook_lane k
     WHERE k.endpoint_id = $1 AND EXISTS (
       SELECT FROM webhook_delivery d
        WHERE d.endpoint_id = k.endpoint_id AND d.subject_id = k.subject_id AND d.status = 'dead' AND d.created_at >= $2)
     ORDER BY k.subject_id LIMIT $3 FOR UPDATE
  ) dead
 WHERE l.endpoint_id = dead.endpoint_id AND l.subject_id = dead.subject_id
RETURNING l.subject_id
