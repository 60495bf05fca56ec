-- Open an exception, unless the same one is open, whichever index says so.
-- $1 exception_id uuid, $2 market_id text, $3 kind exception_kind, $4 severity severity, $5 job_id uuid, $6 courier_id uuid, $7 merchant_id uuid, $8 endpoint_id uuid, $9 opened_at timestamptz, $10 due_at timestamptz
INSERT INTO exception (id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
