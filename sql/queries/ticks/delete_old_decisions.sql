-- Forget decisions after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM decision
 WHERE id IN (SELECT id FROM decision WHERE at < (SELECT market_now() - make_interval(secs => $1))
               ORDER BY at LIMIT $2)
