-- Let market time be this instant now, and run at this scale from now on.
-- $1 market_at timestamptz, $2 time_scale float8
UPDATE deployment SET anchor_real_at = clock_timestamp(), anchor_market_at = $1, time_scale = $2
