-- Write what an action may change of a job.
-- $1 job_id uuid, $2 status job_status, $3 version int8, $4 last_sequence int8, $5 attempt int4, $6 search_round int4, $7 opened_at timestamptz, $8 search_until timestamptz, $9 ended_at timestamptz, $10 offer_id uuid, $11 courier_id uuid, $12 bundle_id uuid, $13 ended_by actor, $14 reason reason_code
UPDATE job
   SET status = $2, version = $3, last_sequence = $4, attempt = $5, search_round = $6, opened_at = $7,
       search_until = $8, ended_at = $9, offer_id = $10, courier_id = $11, bundle_id = $12, ended_by = $13, reason = $14
 WHERE id = $1
