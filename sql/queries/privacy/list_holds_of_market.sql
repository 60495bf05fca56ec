-- List the holds of a market, the oldest first.
-- $1 market_id text, $2 limit_count int8
SELECT h.job_id, h.reason, h.held_at FROM legal_hold h JOIN job j ON j.id = h.job_id
 WHERE j.market_id = $1 ORDER BY h.held_at LIMIT $2
