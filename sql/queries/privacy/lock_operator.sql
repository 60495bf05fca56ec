-- Lock an operator, so that nobody enables or disables the account meanwhile.
-- $1 operator_id uuid
SELECT id, market_id, name, role, disabled_at FROM operator WHERE id = $1 FOR NO KEY UPDATE
