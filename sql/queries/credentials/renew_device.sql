-- Replace the token of a courier's log-in, which lasts anew from now on.
-- $1 credential_id text, $2 secret_sha256 bytea, $3 access_s int4, $4 log_in_s int4
UPDATE credential
   SET secret_sha256 = $2, secret_expires_at = clock_timestamp() + $3::int4 * interval '1 s',
       expires_at = clock_timestamp() + $4::int4 * interval '1 s'
 WHERE id = $1
