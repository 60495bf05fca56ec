-- Forget after their time where idle couriers were; their cells stay.
-- $1 older_than_s float8, $2 limit_count int8
UPDATE recorded_tick SET exact_places = NULL
 WHERE tick_id IN (SELECT tick_id FROM recorded_tick
                    WHERE exact_places IS NOT NULL AND at < (SELECT market_now() - make_interval(secs => $1))
                    ORDER BY at LIMIT $2)
