-- List a market's offers, newest first, before a cursor; all statuses when none is named.
-- $1 market_id text, $2 statuses offer_status[], $3 job_id uuid, $4 before_id uuid, $5 limit_count int8
SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
       acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
  FROM offer
 WHERE market_id = $1 AND (cardinality($2::offer_status[]) = 0 OR status = ANY($2))
   AND ($3::uuid IS NULL OR id IN (SELECT offer_id FROM offer_job WHERE job_id = $3))
   AND ($4::uuid IS NULL OR id < $4)
 ORDER BY id DESC LIMIT $5
