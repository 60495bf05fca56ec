-- Create an operator; a program may have a keeper, who has its key.
-- $1 operator_id uuid, $2 market_id text, $3 name text, $4 role operator_role, $5 keeper_id uuid
INSERT INTO operator (id, market_id, name, role, keeper_id) VALUES ($1, $2, $3, $4, $5)
