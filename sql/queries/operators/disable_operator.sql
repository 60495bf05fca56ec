-- Let an operator do nothing any more, with whatever key or log-in; answer with the operator, if there is one.
-- $1 operator_id uuid
UPDATE operator SET disabled_at = least(disabled_at, clock_timestamp()) WHERE id = $1
RETURNING id, market_id, name, role, disabled_at
