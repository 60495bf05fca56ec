-- Create an operator.
-- $1 operator_id uuid, $2 market_id text, $3 name text
INSERT INTO operator (id, market_id, name) VALUES ($1, $2, $3)
