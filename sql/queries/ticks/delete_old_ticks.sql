-- Forget ticks that no decision refers to, after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM tick
 WHERE id IN (SELECT t.id FROM tick t
               WHERE t.at < market_now() - make_interval(secs => $1)
                 AND NOT EXISTS (SELECT FROM decision d WHERE d.tick_id = t.id)
               ORDER BY t.id LIMIT $2)
