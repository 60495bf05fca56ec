-- Store the response together with its effect; a second caller waits here, and then finds it taken.
-- $1 merchant_id uuid, $2 key text, $3 request_sha256 bytea, $4 status_code int4, $5 body bytea
INSERT INTO idempotency (merchant_id, key, request_sha256, status_code, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant_id, key) DO NOTHING
RETURNING true AS is_new
