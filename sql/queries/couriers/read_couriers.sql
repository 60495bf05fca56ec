-- Read couriers, by id.
-- $1 courier_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT id, market_id, name, status, account_status, version, vehicle, abilities, capacity_weight_g, capacity_volume_l,
       capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count, shift_ends_at,
       status_changed_at, suspension_reason, suspended_until
  FROM courier WHERE id = ANY(ARRAY(SELECT unnest($1::uuid[]))) ORDER BY id
