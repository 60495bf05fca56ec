-- Forget exceptions that were resolved long ago.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM exception
 WHERE id IN (SELECT id FROM exception WHERE resolved_at < (SELECT market_now() - make_interval(secs => $1))
               ORDER BY resolved_at LIMIT $2)
