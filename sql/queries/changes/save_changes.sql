-- Write all that a transaction decided: rows as they are now, whether new or changed, and its facts, in order.
-- With a job that has ended its codes go, and what was said instead: nobody has to know them any more.
-- Columns are named: one that a newer migration adds keeps its default, also when a process of before writes the row.
-- $1 jobs jsonb, $2 stops jsonb, $3 offers jsonb, $4 bundles jsonb, $5 couriers jsonb, $6 assignments jsonb, $7 facts jsonb, $8 transfers jsonb
WITH job_rows AS (
  INSERT INTO job (id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference,
                   size_class, weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency,
                   created_at, ready_at, due_at, release_at, opened_at, search_until, ended_at, offer_id, courier_id,
                   bundle_id, ended_by, reason, extended_until)
  SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
         weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
         release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until
    FROM jsonb_populate_recordset(NULL::job, $1)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, version = excluded.version, last_sequence = excluded.last_sequence,
         attempt = excluded.attempt, search_round = excluded.search_round, release_at = excluded.release_at,
         opened_at = excluded.opened_at,
         search_until = excluded.search_until, ended_at = excluded.ended_at, offer_id = excluded.offer_id,
         courier_id = excluded.courier_id, bundle_id = excluded.bundle_id, ended_by = excluded.ended_by,
         reason = excluded.reason, extended_until = excluded.extended_until
), stop_rows AS (
  INSERT INTO stop (id, job_id, kind, attempt, status, courier_id, route_position, lat_deg, lng_deg, service_s,
                    address, contact_name, contact_phone, instructions, recipient_instructions, safe_place, arrived_at,
                    completed_at, failed_at, failure_reason, required_proofs, given_proofs, accepted_proofs,
                    waived_proofs, waiver_reason, reached_at)
  SELECT id, job_id, kind, attempt, status, courier_id, route_position, lat_deg, lng_deg, service_s, address,
         contact_name, contact_phone, instructions, recipient_instructions, safe_place, arrived_at, completed_at,
         failed_at, failure_reason, required_proofs, given_proofs, accepted_proofs, waived_proofs, waiver_reason,
         reached_at
    FROM jsonb_populate_recordset(NULL::stop, $2)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, courier_id = excluded.courier_id, route_position = excluded.route_position,
         recipient_instructions = excluded.recipient_instructions, safe_place = excluded.safe_place,
         arrived_at = excluded.arrived_at, completed_at = excluded.completed_at, failed_at = excluded.failed_at,
         failure_reason = excluded.failure_reason, given_proofs = excluded.given_proofs,
         accepted_proofs = excluded.accepted_proofs, waived_proofs = excluded.waived_proofs,
         waiver_reason = excluded.waiver_reason, reached_at = excluded.reached_at
), offer_rows AS (
  INSERT INTO offer (id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at,
                     sent_at, acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version,
                     dispatch_epoch, tick_id)
  SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
         acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
    FROM jsonb_populate_recordset(NULL::offer, $3)
  ON CONFLICT (id) DO UPDATE
     SET status = excluded.status, acknowledged_at = excluded.acknowledged_at, seen_at = excluded.seen_at,
         answered_at = excluded.answered_at, expires_at = excluded.expires_at, answer = excluded.answer
), bundle_rows AS (
  INSERT INTO bundle (id, market_id, status)
  SELECT id, market_id, status
    FROM jsonb_populate_recordset(NULL::bundle, $4)
  ON CONFLICT (id) DO UPDATE SET status = excluded.status
), courier_rows AS (
  INSERT INTO courier (id, market_id, name, status, account_status, version, vehicle, abilities, capacity_weight_g,
                       capacity_volume_l, capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count,
                       live_jobs_count, shift_ends_at, status_changed_at, suspension_reason, suspended_until)
  SELECT id, market_id, name, status, account_status, version, vehicle, abilities, capacity_weight_g,
         capacity_volume_l, capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count,
         shift_ends_at, status_changed_at, suspension_reason, suspended_until
    FROM jsonb_populate_recordset(NULL::courier, $5)
  ON CONFLICT (id) DO UPDATE
     SET version = excluded.version, status = excluded.status, account_status = excluded.account_status,
         vehicle = excluded.vehicle, capacity_weight_g = excluded.capacity_weight_g,
         capacity_volume_l = excluded.capacity_volume_l, capacity_jobs_count = excluded.capacity_jobs_count,
         load_weight_g = excluded.load_weight_g,
         load_volume_l = excluded.load_volume_l, load_jobs_count = excluded.load_jobs_count,
         live_jobs_count = excluded.live_jobs_count, shift_ends_at = excluded.shift_ends_at,
         status_changed_at = excluded.status_changed_at, suspension_reason = excluded.suspension_reason,
         suspended_until = excluded.suspended_until
), assignment_rows AS (
  INSERT INTO assignment (id, job_id, courier_id, offer_id, started_at)
  SELECT id, job_id, courier_id, offer_id, started_at
    FROM jsonb_populate_recordset(NULL::assignment, $6)
), over AS MATERIALIZED (
  SELECT id FROM jsonb_populate_recordset(NULL::job, $1) WHERE ended_at IS NOT NULL
), codes AS (
  DELETE FROM proof_code WHERE job_id = ANY (ARRAY(SELECT id FROM over))
), tries AS (
  DELETE FROM proof_code_try
   WHERE stop_id = ANY (ARRAY(SELECT s.id FROM stop s WHERE s.job_id = ANY (ARRAY(SELECT id FROM over))))
), transfer_rows AS (
  INSERT INTO transfer (id, market_id, job_id, kind, debit, credit, amount_cents, currency, at, reason)
  SELECT id, market_id, job_id, kind, debit, credit, amount_cents, currency, at, reason
    FROM jsonb_populate_recordset(NULL::transfer, $8)
)
INSERT INTO fact (type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body)
SELECT type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body
  FROM jsonb_populate_recordset(NULL::fact, $7)
