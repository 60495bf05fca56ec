-- List a job's facts in order, after a sequence number.
-- $1 job_id uuid, $2 after_sequence int8, $3 limit_count int8
SELECT id, xid::text AS xid, type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body
  FROM fact WHERE job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
