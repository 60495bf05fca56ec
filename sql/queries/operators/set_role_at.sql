-- Give an operator another role in one of their markets.
-- $1 operator_id uuid, $2 market_id text, $3 role operator_role
WITH home AS (UPDATE operator SET role = $3 WHERE id = $1 AND market_id = $2)
UPDATE operator_market SET role = $3 WHERE operator_id = $1 AND market_id = $2
