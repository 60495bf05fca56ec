-- Let an operator into another market, or give them another role there.
-- $1 operator_id uuid, $2 market_id text, $3 role operator_role
INSERT INTO operator_market (operator_id, market_id, role) VALUES ($1, $2, $3)
ON CONFLICT (operator_id, market_id) DO UPDATE SET role = excluded.role
