-- Keep the hash of a new key of exactly one principal; it is created now, unless it is said when.
-- $1 credential_id text, $2 secret_sha256 bytea, $3 merchant_id uuid, $4 courier_id uuid, $5 operator_id uuid, $6 scopes text[], $7 name text, $8 expires_at timestamptz, $9 created_at timestamptz, $10 allowed_from text[]
INSERT INTO credential
  (id, secret_sha256, merchant_id, courier_id, operator_id, scopes, name, expires_at, created_at, allowed_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, clock_timestamp()), $10)
