-- Read those of these jobs that wait for an offer.
-- $1 market_id text, $2 job_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT job_id, version, pickup_lat_deg, pickup_lng_deg, dropoff_lat_deg, dropoff_lng_deg, ready_at, due_at, opened_at,
       size_class, weight_g, vehicles, requirements, pickup_service_s, dropoff_service_s, search_round, fee_cents,
       refused_by, is_unmixed
  FROM unoffered_job
 WHERE market_id = $1 AND job_id = ANY(ARRAY(SELECT unnest($2::uuid[])))
 ORDER BY job_id
