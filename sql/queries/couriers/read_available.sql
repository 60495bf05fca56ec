-- Read those of these couriers who may be made an offer.
-- $1 market_id text, $2 courier_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT courier_id, version, vehicle, capacity_weight_g, capacity_volume_l, capacity_jobs_count, abilities,
       shift_ends_at, live_jobs_count, route, aboard
  FROM available_courier
 WHERE market_id = $1 AND courier_id = ANY(ARRAY(SELECT unnest($2::uuid[])))
 ORDER BY courier_id
