-- Sum up by span how many couriers were at the door by when it was promised as the job was posted, of the newest deliveries between two instants.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM arrived_at - $2)::float8 / $4)::int4 AS span, count(*) AS delivered_count,
       count(*) FILTER (WHERE late_s <= 0) AS on_time_count,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY greatest(late_s, 0)) AS late_p90_s
  FROM (SELECT d.arrived_at, extract(epoch FROM d.arrived_at - (f.body->>'due_at')::timestamptz)::double precision AS late_s
          FROM stop d JOIN job j ON j.id = d.job_id JOIN fact f ON f.job_id = d.job_id AND f.sequence = 1
         WHERE j.market_id = $1 AND d.arrived_at >= $2::timestamptz AND d.arrived_at < $3
           AND d.kind = 'dropoff' AND d.status = 'completed'
         ORDER BY d.arrived_at DESC LIMIT $5) reached
 GROUP BY span ORDER BY span
