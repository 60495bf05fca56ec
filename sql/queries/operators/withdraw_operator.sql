-- Let an operator into a market no more.
-- $1 operator_id uuid, $2 market_id text
DELETE FROM operator_market WHERE operator_id = $1 AND market_id = $2
