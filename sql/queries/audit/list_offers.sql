-- List every offer of a market in the order in which they were made.
-- $1 market_id text
SELECT id, courier_id, job_ids, status, created_at, answered_at, expires_at, dispatch_epoch
  FROM offer WHERE market_id = $1
 ORDER BY created_at, id
