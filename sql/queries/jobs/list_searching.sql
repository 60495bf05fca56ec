-- List the open jobs of a market that have waited longest, and those of which ops are told, with what the matching last said.
-- $1 market_id text, $2 limit_count int8
SELECT j.id, j.vehicles, j.ready_at, coalesce(j.extended_until, j.due_at) AS due_at,
       j.searching_since, j.search_until, j.offer_id IS NOT NULL AS is_offered,
       p.lat_deg AS pickup_lat_deg, p.lng_deg AS pickup_lng_deg, p.service_s AS pickup_service_s,
       d.lat_deg AS dropoff_lat_deg, d.lng_deg AS dropoff_lng_deg, said.outcome
  FROM ((SELECT id, vehicles, ready_at, due_at, extended_until, opened_at, search_until, offer_id,
                greatest(release_at, opened_at) AS searching_since FROM job
          WHERE market_id = $1 AND status = 'open' ORDER BY opened_at, id LIMIT $2)
        UNION
        SELECT id, vehicles, ready_at, due_at, extended_until, opened_at, search_until, offer_id,
                greatest(release_at, opened_at) AS searching_since FROM job
         WHERE status = 'open' AND id IN (
           SELECT e.job_id FROM exception e
            WHERE e.market_id = $1 AND e.kind IN ('late_risk', 'no_courier_near') AND e.resolved_at IS NULL)) j
  JOIN LATERAL (SELECT lat_deg, lng_deg, service_s FROM stop
                 WHERE job_id = j.id AND kind = 'pickup' ORDER BY attempt DESC LIMIT 1) p ON true
  JOIN LATERAL (SELECT lat_deg, lng_deg FROM stop
                 WHERE job_id = j.id AND kind = 'dropoff' ORDER BY attempt DESC LIMIT 1) d ON true
  LEFT JOIN LATERAL (SELECT outcome FROM decision WHERE job_id = j.id AND at >= j.searching_since
                      ORDER BY id DESC LIMIT 1) said ON true
 ORDER BY j.opened_at, j.id
