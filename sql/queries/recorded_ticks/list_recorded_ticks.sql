-- List recorded ticks of a span of market time, oldest first, after a cursor.
-- $1 market_id text, $2 from_at timestamptz, $3 to_at timestamptz, $4 after_id int8, $5 limit_count int8
SELECT tick_id, at, policy_version, packed, exact_places FROM recorded_tick
 WHERE market_id = $1 AND at >= $2 AND at < $3 AND tick_id > $4
 ORDER BY tick_id LIMIT $5
