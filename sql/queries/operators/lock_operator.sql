-- Read an operator, and hold the account until the transaction ends, so that nobody changes it meanwhile.
-- $1 operator_id uuid
SELECT id, market_id, name, role, disabled_at FROM operator WHERE id = $1 FOR NO KEY UPDATE
