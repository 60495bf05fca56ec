-- Record a call of the head of a lane, what it made of it and of its endpoint, and give the lane back.
-- The rest of the statement sees the delivery as it was before, pending: so whether it still is has to be said.
-- $1 endpoint_id uuid, $2 subject_id uuid, $3 delivery_id uuid, $4 status delivery_status, $5 delay_s float8, $6 outcome attempt_outcome, $7 status_code int4, $8 duration_ms int4, $9 failures_count int4, $10 failing_since timestamptz, $11 failed_at timestamptz, $12 rest_until timestamptz, $13 disabled_reason disabled_reason
WITH tried AS (
  UPDATE webhook_delivery
     SET status = $4::delivery_status, attempts_count = attempts_count + 1, calls_count = calls_count + 1,
         faults_count = faults_count + ($6::attempt_outcome = 'internal')::int,
         due_at = CASE WHEN $4::delivery_status = 'pending' THEN clock_timestamp() + make_interval(secs => $5) END,
         ended_at = CASE WHEN $4::delivery_status <> 'pending' THEN clock_timestamp() END
   WHERE id = $3
  RETURNING id, calls_count, due_at
), recorded AS (
  INSERT INTO webhook_attempt (delivery_id, number, outcome, status_code, duration_ms)
  SELECT id, calls_count, $6, $7, $8 FROM tried
), examined AS (
  UPDATE webhook_endpoint e
     SET failures_count = $9, failing_since = $10, failed_at = $11, rest_until = $12, disabled_reason = $13
   WHERE e.id = $1 AND (e.failures_count, e.failing_since, e.failed_at, e.rest_until, e.disabled_reason)
     IS DISTINCT FROM ($9, $10, $11, $12, $13)
)
UPDATE webhook_lane l
   SET lease_until = NULL, claims_count = 0,
       due_at = (
         SELECT CASE WHEN d.id = $3 THEN (SELECT due_at FROM tried) ELSE d.due_at END FROM webhook_delivery d
          WHERE d.endpoint_id = $1 AND d.subject_id = $2 AND d.status = 'pending' AND (d.id <> $3 OR $4::delivery_status = 'pending')
          ORDER BY d.seq LIMIT 1)
 WHERE l.endpoint_id = $1 AND l.subject_id = $2
