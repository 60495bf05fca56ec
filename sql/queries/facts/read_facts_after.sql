-- Read facts in commit order after the cursor, none of a transaction that is still running or began before one that is.
-- $1 market_id text, $2 xid text, $3 after_id int8, $4 limit_count int8
SELECT id, xid::text AS xid, type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body
  FROM fact
 WHERE market_id = $1 AND (xid, id) > ($2::text::xid8, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot())
 ORDER BY fact.xid, id LIMIT $4
