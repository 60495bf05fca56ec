-- Record a call, and what it made of its delivery.
-- $1 delivery_id uuid, $2 status delivery_status, $3 delay_s float8, $4 outcome attempt_outcome, $5 status_code int4, $6 duration_ms int4
WITH tried AS (
  UPDATE webhook_delivery
     SET status = $2::delivery_status, attempts_count = attempts_count + 1, calls_count = calls_count + 1,
         due_at = CASE WHEN $2::delivery_status = 'pending' THEN clock_timestamp() + make_interval(secs => $3) END,
         ended_at = CASE WHEN $2::delivery_status <> 'pending' THEN clock_timestamp() END
   WHERE id = $1
  RETURNING id, calls_count
)
INSERT INTO webhook_attempt (delivery_id, number, outcome, status_code, duration_ms)
SELECT id, calls_count, $4, $5, $6 FROM tried
