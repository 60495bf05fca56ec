-- Read those of the offers whose rows nobody else holds, and hold them, in id order, until the transaction ends.
-- $1 offer_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
       acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
  FROM offer WHERE id = ANY(ARRAY(SELECT unnest($1::uuid[]))) ORDER BY id
   FOR NO KEY UPDATE SKIP LOCKED
