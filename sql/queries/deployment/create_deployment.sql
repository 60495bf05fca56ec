-- Begin the history of this database, once; later calls change nothing.
-- $1 epoch uuid, $2 time_scale float8
INSERT INTO deployment (epoch, anchor_real_at, anchor_market_at, time_scale)
VALUES ($1, clock_timestamp(), clock_timestamp(), $2)
ON CONFLICT (id) DO NOTHING
