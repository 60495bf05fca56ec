-- List what became of every job of a market.
-- $1 market_id text
SELECT j.id, j.merchant_id, j.status, j.last_sequence, j.reference, j.created_at, j.ready_at, j.courier_id, j.bundle_id,
       p.completed_at AS picked_up_at, d.delivered_at, coalesce(o.offers_count, 0) AS offers_count, o.first_offered_at
  FROM job j
  JOIN stop p ON p.job_id = j.id AND p.kind = 'pickup' AND p.attempt = 1
  CROSS JOIN LATERAL (
    SELECT max(s.completed_at) AS delivered_at FROM stop s WHERE s.job_id = j.id AND s.kind = 'dropoff'
  ) d
  LEFT JOIN LATERAL (
    SELECT count(*) AS offers_count, min(f.created_at) AS first_offered_at
      FROM offer_job oj JOIN offer f ON f.id = oj.offer_id
     WHERE oj.job_id = j.id
  ) o ON true
 WHERE j.market_id = $1
 ORDER BY j.id
