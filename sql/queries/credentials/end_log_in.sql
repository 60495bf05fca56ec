-- End a log-in; answer with nothing if it is none, but a key.
-- $1 credential_id text
UPDATE credential SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1 AND kind <> 'key'
RETURNING id
