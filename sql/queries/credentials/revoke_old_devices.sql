-- Revoke the log-ins of a courier but for the newest ones.
-- $1 courier_id uuid, $2 kept_count int8
UPDATE credential SET revoked_at = clock_timestamp()
 WHERE id IN (
   SELECT id FROM credential WHERE courier_id = $1 AND kind = 'device' AND revoked_at IS NULL
    ORDER BY created_at DESC, id OFFSET $2
 )
