-- Read what a log-in may bring, and hold the row until the transaction ends, so that tokens are used one at a time.
-- $1 credential_id text
SELECT line_sha256, token_sha256, former_sha256, renewed_at, device_key, next_sealed, is_restored
  FROM refresh_line WHERE credential_id = $1 FOR UPDATE
