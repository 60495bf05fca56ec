-- Read an offer and hold its row until the transaction ends, so that one answer wins.
-- $1 offer_id uuid
SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
       acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
  FROM offer WHERE id = $1
   FOR NO KEY UPDATE
