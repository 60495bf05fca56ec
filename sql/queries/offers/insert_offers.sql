-- Insert offers, each with its bundle if it has one, and put their jobs under them.
-- $1 offers jsonb
WITH new AS (
  SELECT * FROM jsonb_populate_recordset(NULL::offer, $1)
), bundled AS (
  INSERT INTO bundle (id, market_id, status) SELECT bundle_id, market_id, 'offered' FROM new WHERE bundle_id IS NOT NULL
), made AS (
  INSERT INTO offer (id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at,
                     expires_at, ttl_s, policy_version, dispatch_epoch, tick_id)
  SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, expires_at,
         ttl_s, policy_version, dispatch_epoch, tick_id
    FROM new
  RETURNING id, courier_id, job_ids
), under AS (
  UPDATE job SET offer_id = made.id, version = job.version + 1 FROM made WHERE job.id = ANY(made.job_ids)
  RETURNING made.id AS offer_id, job.id AS job_id, job.attempt, made.courier_id
)
INSERT INTO offer_job (offer_id, job_id, attempt, courier_id) SELECT offer_id, job_id, attempt, courier_id FROM under
