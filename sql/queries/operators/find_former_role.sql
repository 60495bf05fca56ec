-- Read the role that an operator had in a market when they were withdrawn from it last.
-- $1 operator_id uuid, $2 market_id text
SELECT role FROM former_operator_market WHERE operator_id = $1 AND market_id = $2
