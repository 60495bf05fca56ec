-- Give an operator another role; answer with the operator, if there is one.
-- $1 operator_id uuid, $2 role operator_role
UPDATE operator SET role = $2 WHERE id = $1 RETURNING id, market_id, name, role, disabled_at
