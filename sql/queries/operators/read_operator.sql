-- Read an operator.
-- $1 operator_id uuid
SELECT id, market_id, name, role, disabled_at FROM operator WHERE id = $1
