-- Forget the oldest recorded ticks of a market that has more bytes of them than it may.
-- $1 market_id text, $2 bytes_max int8, $3 limit_count int8
DELETE FROM recorded_tick
 WHERE tick_id IN (SELECT tick_id
                     FROM (SELECT tick_id, sum(bytes_count) OVER (ORDER BY at DESC, tick_id DESC) AS bytes_count
                             FROM recorded_tick WHERE market_id = $1) AS summed
                    WHERE summed.bytes_count > $2 ORDER BY tick_id LIMIT $3)
