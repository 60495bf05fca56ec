-- Keep what a new log-in may bring to be given its next tokens, and with which key it signs, if it has one.
-- $1 credential_id text, $2 line_sha256 bytea, $3 token_sha256 bytea, $4 device_key bytea
INSERT INTO refresh_line (credential_id, line_sha256, token_sha256, renewed_at, device_key)
VALUES ($1, $2, $3, clock_timestamp(), $4)
