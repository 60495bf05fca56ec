-- List scheduled jobs whose time has come.
-- $1 market_id text, $2 limit_count int8
SELECT id FROM job WHERE market_id = $1 AND status = 'scheduled' AND release_at <= (SELECT market_now())
 ORDER BY release_at LIMIT $2
