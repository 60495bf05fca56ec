-- Read a delivery to an endpoint of this merchant's.
-- $1 delivery_id uuid, $2 endpoint_id uuid, $3 merchant_id uuid
SELECT d.id, d.endpoint_id, d.subject_id, d.seq, d.event_id, d.type, d.status, d.attempts_count, d.created_at, d.due_at,
       d.ended_at
  FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
 WHERE d.id = $1 AND d.endpoint_id = $2 AND e.merchant_id = $3 AND e.disabled_reason IS DISTINCT FROM 'deleted'
