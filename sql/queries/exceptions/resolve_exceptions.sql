-- Resolve the open exceptions of a kind about a job, a courier or an endpoint; or, by its own id, this one.
-- $1 kind exception_kind, $2 subject_id uuid, $3 resolved_at timestamptz, $4 resolution text
UPDATE exception SET resolved_at = $3, resolution = $4, version = version + 1
 WHERE kind = $1 AND (coalesce(job_id, courier_id) = $2 OR endpoint_id = $2 OR id = $2) AND resolved_at IS NULL
RETURNING id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
