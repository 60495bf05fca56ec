-- Lock lanes of an endpoint with events that were given up since some time; they are kept as long as new ones.
-- $1 endpoint_id uuid, $2 since timestamptz, $3 limit_count int8
WITH dead AS MATERIALIZED (
  SELECT k.endpoint_id, k.subject_id FROM webhook_lane k
   WHERE k.endpoint_id = $1 AND k.subject_id IN (
     SELECT DISTINCT d.subject_id FROM webhook_delivery d
      WHERE d.endpoint_id = $1 AND d.status = 'dead' AND d.ended_at >= $2 ORDER BY d.subject_id LIMIT $3)
   ORDER BY k.subject_id FOR UPDATE
)
UPDATE webhook_lane l SET told_at = clock_timestamp() FROM dead
 WHERE l.endpoint_id = dead.endpoint_id AND l.subject_id = dead.subject_id
RETURNING l.subject_id
