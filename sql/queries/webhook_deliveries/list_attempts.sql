-- List the calls of a delivery, newest first.
-- $1 delivery_id uuid, $2 limit_count int8
SELECT number, at, outcome, status_code, duration_ms FROM webhook_attempt WHERE delivery_id = $1 ORDER BY number DESC LIMIT $2
