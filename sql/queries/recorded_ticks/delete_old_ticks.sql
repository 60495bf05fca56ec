-- Forget recorded ticks after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM recorded_tick
 WHERE tick_id IN (SELECT tick_id FROM recorded_tick WHERE at < (SELECT market_now() - make_interval(secs => $1))
                    ORDER BY at LIMIT $2)
