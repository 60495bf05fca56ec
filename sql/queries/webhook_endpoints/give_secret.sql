-- Give an endpoint another secret, and return the endpoint with the public half of it, if it has one.
-- $1 endpoint_id uuid, $2 seed bytea, $3 key_id text, $4 signing signing, $5 public_key bytea
WITH given AS (
  INSERT INTO webhook_secret (endpoint_id, number, seed, key_id, signing)
  SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM webhook_secret WHERE endpoint_id = $1
)
UPDATE webhook_endpoint SET public_key = $5 WHERE id = $1
RETURNING id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until, public_key
