-- Read the jobs that wait for an offer: these, or the whole market's when none is named.
-- $1 market_id text, $2 job_ids uuid[]
SELECT job_id, version, pickup_lat_deg, pickup_lng_deg, dropoff_lat_deg, dropoff_lng_deg, ready_at, due_at, opened_at,
       size_class, weight_g, vehicles, requirements, pickup_service_s, dropoff_service_s, search_round, fee_cents,
       refused_by, is_unmixed
  FROM unoffered_job
 WHERE market_id = $1 AND ($2::uuid[] IS NULL OR job_id = ANY($2))
 ORDER BY job_id
