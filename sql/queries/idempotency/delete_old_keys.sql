-- Forget keys after their time.
-- $1 older_than_s float8
DELETE FROM idempotency WHERE created_at < clock_timestamp() - make_interval(secs => $1)
