-- Let an operator into a market no more, and keep the role there; answer with it, if there was one.
-- $1 operator_id uuid, $2 market_id text
WITH withdrawn AS (DELETE FROM operator_market WHERE operator_id = $1 AND market_id = $2 RETURNING operator_id, market_id, role)
INSERT INTO former_operator_market (operator_id, market_id, role) SELECT operator_id, market_id, role FROM withdrawn
ON CONFLICT (operator_id, market_id) DO UPDATE SET role = excluded.role
RETURNING role
