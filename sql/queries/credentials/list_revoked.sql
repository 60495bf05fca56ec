-- List those of the keys that are revoked.
-- $1 credential_ids text[]
SELECT id FROM unnest($1::text[]) AS asked (id) JOIN credential USING (id) WHERE revoked_at IS NOT NULL
