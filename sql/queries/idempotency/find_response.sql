-- Find the stored response to a request that was made with this key.
-- $1 merchant_id uuid, $2 key text
SELECT request_sha256, status_code, body FROM idempotency WHERE merchant_id = $1 AND key = $2
