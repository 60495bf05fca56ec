-- Read an exception of this market's.
-- $1 exception_id uuid, $2 market_id text
SELECT id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
  FROM exception WHERE id = $1 AND market_id = $2
