-- Keep the hash of a new key of exactly one principal.
-- $1 credential_id text, $2 secret_sha256 bytea, $3 merchant_id uuid, $4 courier_id uuid, $5 operator_id uuid
INSERT INTO credential (id, secret_sha256, merchant_id, courier_id, operator_id, created_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp())
