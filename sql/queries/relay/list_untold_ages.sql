-- List all markets, with for how long their oldest fact that is not told waits, in seconds of real time; 0: none waits.
SELECT c.market_id, coalesce(extract(epoch FROM clock_timestamp() - untold.recorded_at), 0)::float8 AS age_s
  FROM relay_cursor c
  LEFT JOIN LATERAL (
    SELECT recorded_at FROM fact
     WHERE market_id = c.market_id AND (xid, id) > (c.xid, c.id) ORDER BY xid, id LIMIT 1
  ) untold ON true
 ORDER BY c.market_id
