-- Note that the credentials were used.
-- $1 credential_ids text[]
UPDATE credential SET last_used_at = clock_timestamp() WHERE id = ANY($1)
