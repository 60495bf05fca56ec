-- Find the fact after the relay's place, whatever its type and body are: only what says whom it is about.
-- $1 market_id text
SELECT f.id, f.xid::text AS xid, f.type, f.job_id, f.sequence, f.courier_id, f.body ->> 'job_id' AS told_of
  FROM relay_cursor c
 CROSS JOIN LATERAL (
   SELECT * FROM fact
    WHERE market_id = c.market_id AND (xid, id) > (c.xid, c.id) AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid, id LIMIT 1
 ) f
 WHERE c.market_id = $1
