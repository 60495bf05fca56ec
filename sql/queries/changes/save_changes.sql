-- Write all that a transaction decided: rows as they are now, whether new or changed, and its facts, in order.
-- $1 jobs jsonb, $2 stops jsonb, $3 offers jsonb, $4 bundles jsonb, $5 couriers jsonb, $6 assignments jsonb, $7 facts jsonb
WITH job_rows AS (
  INSERT INTO job SELECT * FROM jsonb_populate_recordset(NULL::job, $1)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, version = excluded.version, last_sequence = excluded.last_sequence,
         attempt = excluded.attempt, search_round = excluded.search_round, opened_at = excluded.opened_at,
         search_until = excluded.search_until, ended_at = excluded.ended_at, offer_id = excluded.offer_id,
         courier_id = excluded.courier_id, bundle_id = excluded.bundle_id, ended_by = excluded.ended_by,
         reason = excluded.reason
), stop_rows AS (
  INSERT INTO stop SELECT * FROM jsonb_populate_recordset(NULL::stop, $2)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, courier_id = excluded.courier_id, route_position = excluded.route_position,
         arrived_at = excluded.arrived_at, completed_at = excluded.completed_at, failed_at = excluded.failed_at,
         failure_reason = excluded.failure_reason
), offer_rows AS (
  INSERT INTO offer SELECT * FROM jsonb_populate_recordset(NULL::offer, $3)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, acknowledged_at = excluded.acknowledged_at, seen_at = excluded.seen_at,
         answered_at = excluded.answered_at, expires_at = excluded.expires_at, answer = excluded.answer
), bundle_rows AS (
  INSERT INTO bundle SELECT * FROM jsonb_populate_recordset(NULL::bundle, $4)
  ON CONFLICT (id) DO UPDATE SET status = excluded.status
), courier_rows AS (
  INSERT INTO courier SELECT * FROM jsonb_populate_recordset(NULL::courier, $5)
  ON CONFLICT (id) DO UPDATE
     SET version = excluded.version, status = excluded.status, vehicle = excluded.vehicle,
         capacity_weight_g = excluded.capacity_weight_g, capacity_volume_l = excluded.capacity_volume_l,
         capacity_jobs_count = excluded.capacity_jobs_count, load_weight_g = excluded.load_weight_g,
         load_volume_l = excluded.load_volume_l, load_jobs_count = excluded.load_jobs_count,
         live_jobs_count = excluded.live_jobs_count, shift_ends_at = excluded.shift_ends_at,
         status_changed_at = excluded.status_changed_at
), assignment_rows AS (
  INSERT INTO assignment SELECT * FROM jsonb_populate_recordset(NULL::assignment, $6)
)
INSERT INTO fact (type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body)
SELECT type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body
  FROM jsonb_populate_recordset(NULL::fact, $7)
