-- Keep what a new log-in may bring to be given its next tokens.
-- $1 credential_id text, $2 line_sha256 bytea, $3 token_sha256 bytea
INSERT INTO refresh_line (credential_id, line_sha256, token_sha256, renewed_at)
VALUES ($1, $2, $3, clock_timestamp())
