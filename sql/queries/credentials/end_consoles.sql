-- End all log-ins of an operator.
-- $1 operator_id uuid
UPDATE credential SET revoked_at = clock_timestamp()
 WHERE operator_id = $1 AND kind = 'console' AND revoked_at IS NULL
