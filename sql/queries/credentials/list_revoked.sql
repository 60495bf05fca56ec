-- List those of the keys that are revoked.
-- $1 credential_ids text[]
SELECT id FROM credential WHERE id = ANY($1) AND revoked_at IS NOT NULL
