-- Forget those of the oldest ticks that no decision refers to, after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM tick
 WHERE id IN (SELECT t.id FROM (SELECT id, at FROM tick ORDER BY id LIMIT $2) t
               WHERE t.at < (SELECT market_now() - make_interval(secs => $1))
                 AND NOT EXISTS (SELECT FROM decision d WHERE d.tick_id = t.id))
