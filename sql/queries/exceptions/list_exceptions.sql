-- List a market's exceptions, newest first, before a cursor; no kinds or severities are all of them.
-- $1 market_id text, $2 only_open bool, $3 kinds exception_kind[], $4 severities severity[], $5 job_id uuid, $6 courier_id uuid, $7 before_id uuid, $8 limit_count int8
SELECT id, market_id, kind, severity, job_id, courier_id, merchant_id, endpoint_id, opened_at, due_at, resolved_at, resolution, version
  FROM exception
 WHERE market_id = $1 AND (NOT $2::bool OR resolved_at IS NULL)
   AND (cardinality($3::exception_kind[]) = 0 OR kind = ANY ($3)) AND (cardinality($4::severity[]) = 0 OR severity = ANY ($4))
   AND ($5::uuid IS NULL OR job_id = $5) AND ($6::uuid IS NULL OR courier_id = $6) AND ($7::uuid IS NULL OR id < $7)
 ORDER BY id DESC LIMIT $8
