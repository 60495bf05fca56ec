-- Give an endpoint another secret.
-- $1 endpoint_id uuid, $2 seed bytea, $3 key_id text
INSERT INTO webhook_secret (endpoint_id, number, seed, key_id)
SELECT $1, coalesce(max(number), 0) + 1, $2, $3 FROM webhook_secret WHERE endpoint_id = $1
