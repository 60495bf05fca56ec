-- List what an endpoint of this merchant's was told, newest first, before a cursor.
-- $1 endpoint_id uuid, $2 merchant_id uuid, $3 status delivery_status, $4 before_id uuid, $5 limit_count int8
SELECT d.id, d.endpoint_id, d.subject_id, d.seq, d.event_id, d.type, d.status, d.attempts_count, d.created_at, d.due_at,
       d.ended_at
  FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
 WHERE d.endpoint_id = $1 AND e.merchant_id = $2 AND e.disabled_reason IS DISTINCT FROM 'deleted' AND ($3::delivery_status IS NULL OR d.status = $3)
   AND ($4::uuid IS NULL OR d.id < $4)
 ORDER BY d.id DESC LIMIT $5
