-- Revoke a key, unless it was revoked before.
-- $1 credential_id text
UPDATE credential SET revoked_at = clock_timestamp() WHERE id = $1 AND revoked_at IS NULL
RETURNING id
