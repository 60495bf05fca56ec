-- Lock a lane that is still held under this epoch, and its endpoint; read how the two do. A call is recorded once.
-- $1 endpoint_id uuid, $2 subject_id uuid, $3 epoch int8, $4 delivery_id uuid
SELECT e.id AS endpoint_id, e.market_id, e.merchant_id, e.url, e.disabled_reason, e.failures_count, e.failing_since, e.failed_at,
       e.rest_until, d.attempts_count, d.faults_count, clock_timestamp() AS now
  FROM webhook_endpoint e
  JOIN webhook_lane l ON l.endpoint_id = e.id
  JOIN webhook_delivery d ON d.endpoint_id = l.endpoint_id AND d.subject_id = l.subject_id
 WHERE e.id = $1 AND l.subject_id = $2 AND l.epoch = $3 AND l.lease_until IS NOT NULL AND d.id = $4 AND d.status = 'pending'
   FOR NO KEY UPDATE OF e, l
