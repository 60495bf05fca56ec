-- Count the facts of a market that the relay has not told yet.
-- $1 market_id text
SELECT count(*) AS facts_count
  FROM fact f LEFT JOIN relay_cursor c ON c.market_id = f.market_id
 WHERE f.market_id = $1
   AND (f.xid > coalesce(c.xid, '0'::xid8) OR (f.xid = c.xid AND f.id > c.id))
