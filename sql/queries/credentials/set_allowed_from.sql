-- Let an active key of a merchant be used from these networks only; answer with the key, or with nothing if it is no such key.
-- $1 credential_id text, $2 merchant_id uuid, $3 allowed_from text[]
WITH former AS (
  SELECT id, allowed_from FROM credential
   WHERE id = $1 AND merchant_id = $2 AND revoked_at IS NULL FOR NO KEY UPDATE
)
UPDATE credential k SET allowed_from = $3 FROM former WHERE k.id = former.id
RETURNING k.id, k.name, k.scopes, k.created_at, k.last_used_at, k.expires_at, k.revoked_at, k.allowed_from,
          former.allowed_from AS former_allowed_from
