-- Read facts in commit order after the relay's place, none of a transaction that is still running or began before one that is.
-- $1 market_id text, $2 limit_count int8
SELECT f.id, f.xid::text AS xid, f.type, f.market_id, f.actor, f.at, f.job_id, f.sequence, f.merchant_id, f.courier_id,
       f.offer_id, f.body
  FROM relay_cursor c
 CROSS JOIN LATERAL (
   SELECT * FROM fact
    WHERE market_id = c.market_id AND (xid, id) > (c.xid, c.id) AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid, id LIMIT $2
 ) f
 WHERE c.market_id = $1
 ORDER BY f.xid, f.id
