-- Keep what a tick decided on.
-- $1 tick_id int8, $2 market_id text, $3 at timestamptz, $4 policy_version int4, $5 packed bytea, $6 exact_places bytea
INSERT INTO recorded_tick (tick_id, market_id, at, policy_version, bytes_count, packed, exact_places)
VALUES ($1, $2, $3, $4, length($5::bytea) + length($6::bytea), $5, $6)
