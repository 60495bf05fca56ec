-- Record a tick that decided something.
-- $1 market_id text, $2 at timestamptz, $3 policy_version int4, $4 dispatch_epoch int8, $5 summary jsonb
INSERT INTO tick (market_id, at, policy_version, dispatch_epoch, summary) VALUES ($1, $2, $3, $4, $5) RETURNING id
