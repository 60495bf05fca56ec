-- Revoke a key of a merchant, once; answer with the key, or with nothing if it is no key of theirs.
-- $1 credential_id text, $2 merchant_id uuid
WITH former AS (
  SELECT id, revoked_at FROM credential WHERE id = $1 AND merchant_id = $2 FOR NO KEY UPDATE
)
UPDATE credential k SET revoked_at = coalesce(k.revoked_at, clock_timestamp()) FROM former WHERE k.id = former.id
RETURNING k.id, k.name, k.scopes, k.created_at, k.last_used_at, k.expires_at, k.revoked_at, k.allowed_from,
          former.revoked_at IS NULL AS is_changed
