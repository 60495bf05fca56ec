-- Create an operator.
-- $1 operator_id uuid, $2 market_id text, $3 name text, $4 role operator_role
INSERT INTO operator (id, market_id, name, role) VALUES ($1, $2, $3, $4)
