-- Insert an offer with its jobs.
-- $1 offer_id uuid, $2 market_id text, $3 courier_id uuid, $4 bundle_id uuid, $5 mode offer_mode, $6 job_ids uuid[], $7 stop_ids uuid[], $8 legs jsonb, $9 pay jsonb, $10 created_at timestamptz, $11 expires_at timestamptz, $12 ttl_s float8, $13 policy_version int4, $14 dispatch_epoch int8, $15 tick_id int8
WITH made AS (
  INSERT INTO offer (id, market_id, courier_id, bundle_id, mode, job_ids, stop_ids, legs, pay, created_at, expires_at,
                     ttl_s, policy_version, dispatch_epoch, tick_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  RETURNING id, courier_id, job_ids
)
INSERT INTO offer_job (offer_id, job_id, attempt, courier_id)
SELECT made.id, job.id, job.attempt, made.courier_id FROM made JOIN job ON job.id = ANY(made.job_ids)
