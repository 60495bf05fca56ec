-- Replace what a log-in may bring.
-- $1 credential_id text, $2 token_sha256 bytea, $3 former_sha256 bytea, $4 renewed_at timestamptz, $5 next_sealed bytea
UPDATE refresh_line
   SET token_sha256 = $2, former_sha256 = $3, renewed_at = $4, next_sealed = $5, is_restored = false
 WHERE credential_id = $1
