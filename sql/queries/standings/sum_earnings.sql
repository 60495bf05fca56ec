-- Sum up each courier's pay for offers accepted, and the time on duty, between two instants; a shift is 16 h at most.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz
WITH span AS (
  SELECT courier_id, at AS begins_at, body->>'status' AS status,
         lead(at, 1, $3::timestamptz) OVER (PARTITION BY courier_id ORDER BY id) AS ends_at
    FROM fact
   WHERE market_id = $1 AND type = 'courier.status_changed' AND at >= $2::timestamptz - interval '16 hours' AND at < $3
), duty AS (
  SELECT courier_id, extract(epoch FROM sum(ends_at - greatest(begins_at, $2)))::double precision AS on_duty_s
    FROM span
   WHERE status IN ('online', 'busy', 'ending') AND ends_at > $2
   GROUP BY courier_id
), paid AS (
  SELECT courier_id, sum((pay->>'total_cents')::bigint)::bigint AS pay_cents
    FROM offer
   WHERE market_id = $1 AND created_at >= $2 AND created_at < $3 AND status = 'accepted'
   GROUP BY courier_id
)
SELECT duty.courier_id, coalesce(paid.pay_cents, 0) AS pay_cents, duty.on_duty_s
  FROM duty LEFT JOIN paid ON paid.courier_id = duty.courier_id
