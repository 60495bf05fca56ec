-- Forget proofs, after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM proof
 WHERE id = ANY (ARRAY(SELECT id FROM proof
                        WHERE created_at < (SELECT market_now() - make_interval(secs => $1)) ORDER BY created_at LIMIT $2))
