-- Keep the hash of a job's token, and what the token is made from.
-- $1 job_id uuid, $2 token_sha256 bytea, $3 seed bytea, $4 key_id text
INSERT INTO tracking (job_id, token_sha256, seed, key_id) VALUES ($1, $2, $3, $4)
