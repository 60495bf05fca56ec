-- List the exceptions of these kinds that are open, and those that a human has decided since then.
-- $1 market_id text, $2 kinds exception_kind[], $3 decided_since timestamptz
SELECT id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
  FROM exception WHERE market_id = $1 AND resolved_at IS NULL AND kind = ANY ($2)
UNION ALL
SELECT id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
  FROM exception WHERE market_id = $1 AND resolution IN ('dismiss', 'fail', 'reassign', 'retry') AND resolved_at > $3 AND kind = ANY ($2)
