-- Read couriers without their names and hold their rows, in id order, until the transaction ends.
-- $1 courier_ids uuid[]
SELECT id, market_id, '' AS name, status, account_status, version, vehicle, abilities, capacity_weight_g, capacity_volume_l,
       capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count, shift_ends_at,
       status_changed_at, suspension_reason, suspended_until
  FROM courier WHERE id = ANY($1) ORDER BY id
   FOR NO KEY UPDATE
