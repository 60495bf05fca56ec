-- Hold the head of a market's chain until the transaction ends, and tell the real time; begin the chain if there is none.
-- $1 market_id text, $2 beginning_sha256 text
INSERT INTO audit_head (market_id, number, sha256) VALUES ($1, 0, $2)
ON CONFLICT (market_id) DO UPDATE SET number = audit_head.number
RETURNING number, sha256, clock_timestamp() AS at
