-- List the couriers of a market who have jobs in hand, with the stops ahead of them, by id, a page at a time.
-- $1 market_id text, $2 after_id uuid, $3 limit_count int8
SELECT c.id, c.vehicle,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object(
                  'stop_id', s.id, 'job_id', s.job_id, 'kind', s.kind, 'status', s.status, 'lat_deg', s.lat_deg,
                  'lng_deg', s.lng_deg, 'service_s', s.service_s, 'arrived_at', s.arrived_at, 'ready_at', j.ready_at,
                  'due_at', coalesce(j.extended_until, j.due_at)) ORDER BY (s.status <> 'arrived'), s.route_position)
           FROM stop s JOIN job j ON j.id = s.job_id
          WHERE s.courier_id = c.id AND s.status IN ('pending', 'enroute', 'arrived')), '[]') AS route
  FROM courier c
 WHERE c.market_id = $1 AND c.status <> 'offline' AND c.live_jobs_count > 0 AND c.id > $2
 ORDER BY c.id LIMIT $3
