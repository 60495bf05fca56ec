-- Keep an operator's log-in.
-- $1 credential_id text, $2 secret_sha256 bytea, $3 operator_id uuid, $4 log_in_s int4
INSERT INTO credential (id, kind, secret_sha256, operator_id, created_at, last_used_at, expires_at)
VALUES ($1, 'console', $2, $3, clock_timestamp(), clock_timestamp(), clock_timestamp() + $4::int4 * interval '1 s')
