-- Keep a courier's log-in, if it was opened with a key; its token is to be renewed before the log-in ends.
-- $1 credential_id text, $2 secret_sha256 bytea, $3 courier_id uuid, $4 opened_by text, $5 access_s int4, $6 log_in_s int4
INSERT INTO credential (id, kind, secret_sha256, courier_id, opened_by, created_at, secret_expires_at, expires_at)
SELECT $1, 'device', $2, $3, id, clock_timestamp(), clock_timestamp() + $5::int4 * interval '1 s',
       clock_timestamp() + $6::int4 * interval '1 s'
  FROM credential WHERE id = $4 AND kind = 'key'
RETURNING id
