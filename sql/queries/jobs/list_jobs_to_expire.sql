-- List open jobs whose search limit has passed.
-- $1 market_id text, $2 limit_count int8
SELECT id FROM job WHERE market_id = $1 AND status = 'open' AND search_until <= (SELECT market_now())
 ORDER BY search_until LIMIT $2
