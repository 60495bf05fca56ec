-- List the couriers of a market after a cursor, by id; all statuses when none is named.
-- $1 market_id text, $2 statuses courier_status[], $3 only_suspended bool, $4 after_id uuid, $5 limit_count int8
SELECT id, market_id, name, status, account_status, version, vehicle, abilities, capacity_weight_g, capacity_volume_l,
       capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count, shift_ends_at,
       status_changed_at, suspension_reason, suspended_until
  FROM courier
 WHERE market_id = $1 AND (cardinality($2::courier_status[]) = 0 OR status = ANY($2))
   AND (NOT $3 OR account_status = 'suspended'
                  AND (suspended_until IS NULL OR suspended_until > (SELECT market_now())))
   AND ($4::uuid IS NULL OR id > $4)
 ORDER BY id LIMIT $5
