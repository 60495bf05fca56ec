-- Erase who an operator is; the row is locked, the account disabled. What they did stays in the audit log, under the id.
-- $1 operator_id uuid
WITH log_ins AS (
  DELETE FROM identity WHERE operator_id = $1
), keys AS (
  UPDATE credential SET revoked_at = coalesce(revoked_at, clock_timestamp()), name = NULL WHERE operator_id = $1
)
UPDATE operator SET name = 'erased' WHERE id = $1
