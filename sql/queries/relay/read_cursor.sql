-- Read how far the facts of a market were projected.
-- $1 market_id text
SELECT xid::text AS xid, id FROM relay_cursor WHERE market_id = $1
