-- Forget keys after their time, the oldest first.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM idempotency
 WHERE (merchant_id, key) IN (
   SELECT merchant_id, key FROM idempotency
    WHERE created_at < (SELECT clock_timestamp() - make_interval(secs => $1)) ORDER BY created_at LIMIT $2)
