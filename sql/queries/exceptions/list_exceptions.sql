-- List a market's exceptions, newest first, before a cursor.
-- $1 market_id text, $2 only_open bool, $3 before_id uuid, $4 limit_count int8
SELECT id, market_id, kind, severity, job_id, courier_id, merchant_id, opened_at, resolved_at, resolution
  FROM exception
 WHERE market_id = $1 AND (NOT $2::bool OR resolved_at IS NULL) AND ($3::uuid IS NULL OR id < $3)
 ORDER BY id DESC LIMIT $4
