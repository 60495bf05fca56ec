-- Sum up by span how long parcels, ready and wanted, waited for a courier, and couriers for parcels, at the newest pickups between two instants.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM arrived_at - $2)::float8 / $4)::int4 AS span, count(*) AS pickups_count,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_s) AS wait_p50_s,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_s) AS wait_p90_s,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY stand_s) AS stand_p50_s
  FROM (SELECT p.arrived_at,
               greatest(0, extract(epoch FROM p.arrived_at - greatest(j.ready_at, j.opened_at)))::double precision AS wait_s,
               extract(epoch FROM p.completed_at - p.arrived_at)::double precision AS stand_s
          FROM stop p JOIN job j ON j.id = p.job_id
         WHERE j.market_id = $1 AND p.arrived_at >= $2::timestamptz AND p.arrived_at < $3
           AND p.kind = 'pickup' AND p.status = 'completed'
         ORDER BY p.arrived_at DESC LIMIT $5) reached
 GROUP BY span ORDER BY span
