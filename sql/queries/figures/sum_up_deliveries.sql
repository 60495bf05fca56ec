-- Sum up by span how many couriers were at the door by when it was promised as the job was posted, of the newest deliveries between two instants.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM arrived_at - $2)::float8 / $4)::int4 AS span, count(*) AS delivered_count,
       count(*) FILTER (WHERE late_s <= 0) AS on_time_count,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY greatest(late_s, 0)) AS late_p90_s
  FROM (SELECT d.arrived_at, extract(epoch FROM d.arrived_at - (p.body->>'due_at')::timestamptz)::double precision AS late_s
          FROM fact f
          JOIN stop d ON d.job_id = f.job_id AND d.kind = 'dropoff' AND d.status = 'completed' AND d.arrived_at = f.at
          JOIN fact p ON p.job_id = f.job_id AND p.sequence = 1
         WHERE f.market_id = $1 AND f.type = 'job.arrived_at_dropoff' AND f.at >= $2::timestamptz AND f.at < $3
         ORDER BY f.at DESC LIMIT $5) reached
 GROUP BY span ORDER BY span
