-- Change how bad an open exception is and until when there is something to be done.
-- $1 exception_id uuid, $2 severity severity, $3 due_at timestamptz
UPDATE exception SET severity = $2, due_at = $3, version = version + 1 WHERE id = $1 AND resolved_at IS NULL
RETURNING id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
