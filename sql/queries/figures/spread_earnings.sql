-- Spread what couriers were booked per hour on duty between two instants, of those who were on duty for long enough; a shift is 16 h at most.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 duty_s_min float8
WITH span AS (
  SELECT courier_id, at AS begins_at, body->>'status' AS status,
         lead(at, 1, least($3::timestamptz, (SELECT market_now()))) OVER (PARTITION BY courier_id ORDER BY id) AS ends_at
    FROM fact
   WHERE market_id = $1 AND type = 'courier.status_changed' AND at >= $2::timestamptz - interval '16 hours' AND at < $3
), duty AS (
  SELECT courier_id, extract(epoch FROM sum(ends_at - greatest(begins_at, $2)))::double precision AS on_duty_s
    FROM span
   WHERE status IN ('online', 'busy', 'ending') AND ends_at > $2
   GROUP BY courier_id
), earned AS (
  SELECT 3600.0 * (coalesce(paid.cents, 0) - coalesce(taken.cents, 0)) / duty.on_duty_s AS cents_per_h
    FROM duty
    LEFT JOIN LATERAL (SELECT sum(amount_cents)::double precision AS cents FROM transfer
                        WHERE credit = 'courier:' || duty.courier_id AND at >= $2 AND at < $3) paid ON true
    LEFT JOIN LATERAL (SELECT sum(amount_cents)::double precision AS cents FROM transfer
                        WHERE debit = 'courier:' || duty.courier_id AND at >= $2 AND at < $3) taken ON true
   WHERE duty.on_duty_s >= $4
)
SELECT count(*) AS couriers_count,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY cents_per_h) AS p10_cents_per_h,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY cents_per_h) AS p50_cents_per_h,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY cents_per_h) AS p90_cents_per_h
  FROM earned
