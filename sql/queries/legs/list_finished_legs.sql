-- List the newest legs: from a stop that was left to the next one reached, when that one was in hand already.
-- $1 market_id text, $2 since timestamptz, $3 limit_count int8
SELECT vehicle, start_lat_deg, start_lng_deg, end_lat_deg, end_lng_deg, departed_at, arrived_at
  FROM (
    SELECT c.vehicle, r.job_id, r.courier_id, r.arrived_at,
           r.lat_deg AS end_lat_deg, r.lng_deg AS end_lng_deg,
           lag(r.lat_deg) OVER route AS start_lat_deg, lag(r.lng_deg) OVER route AS start_lng_deg,
           lag(coalesce(r.completed_at, r.failed_at)) OVER route AS departed_at
      FROM (
        SELECT s.id, s.job_id, s.courier_id, s.lat_deg, s.lng_deg, s.arrived_at, s.completed_at, s.failed_at
          FROM stop s JOIN job j ON j.id = s.job_id
         WHERE j.market_id = $1 AND s.arrived_at >= $2 AND s.courier_id IS NOT NULL
         ORDER BY s.arrived_at DESC
         LIMIT $3
      ) r
      JOIN courier c ON c.id = r.courier_id
    WINDOW route AS (PARTITION BY r.courier_id ORDER BY r.arrived_at, r.id)
  ) leg
 WHERE departed_at < arrived_at
   AND EXISTS (
     SELECT FROM assignment a
      WHERE a.job_id = leg.job_id AND a.courier_id = leg.courier_id AND a.started_at <= leg.departed_at
   )
 ORDER BY arrived_at DESC
