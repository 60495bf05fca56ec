-- Sum up by span how long parcels that were ready waited for a courier, and couriers for parcels, at the newest pickups between two instants.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM arrived_at - $2)::float8 / $4)::int4 AS span, count(*) AS pickups_count,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_s) AS wait_p50_s,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_s) AS wait_p90_s,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY stand_s) AS stand_p50_s
  FROM (SELECT p.arrived_at,
               -- Ready is never before the job is first looked for; to be looked for again is no new beginning.
               greatest(0, extract(epoch FROM p.arrived_at - j.ready_at))::double precision AS wait_s,
               extract(epoch FROM p.completed_at - p.arrived_at)::double precision AS stand_s
          FROM fact f
          JOIN stop p ON p.job_id = f.job_id AND p.kind = 'pickup' AND p.status = 'completed' AND p.arrived_at = f.at
          JOIN job j ON j.id = f.job_id
         WHERE f.market_id = $1 AND f.type = 'job.arrived_at_pickup' AND f.at >= $2::timestamptz AND f.at < $3
         ORDER BY f.at DESC LIMIT $5) reached
 GROUP BY span ORDER BY span
