-- Find the place from which a market's facts are told on.
-- $1 market_id text
SELECT xid::text AS xid, id FROM relay_cursor WHERE market_id = $1
