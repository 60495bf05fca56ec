-- Read the couriers who may be made an offer: these, or the whole market's when none is named.
-- $1 market_id text, $2 courier_ids uuid[]
SELECT courier_id, version, vehicle, capacity_weight_g, capacity_volume_l, capacity_jobs_count, abilities,
       shift_ends_at, live_jobs_count, route, aboard
  FROM available_courier
 WHERE market_id = $1 AND ($2::uuid[] IS NULL OR courier_id = ANY($2))
 ORDER BY courier_id
