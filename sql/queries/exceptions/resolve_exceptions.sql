-- Resolve the open exceptions of a kind about a job, a courier or a merchant.
-- $1 kind exception_kind, $2 subject_id uuid, $3 resolved_at timestamptz, $4 resolution text
UPDATE exception SET resolved_at = $3, resolution = $4
 WHERE kind = $1 AND coalesce(job_id, courier_id, merchant_id) = $2 AND resolved_at IS NULL
RETURNING id, market_id, kind, severity, job_id, courier_id, merchant_id, opened_at, resolved_at, resolution
