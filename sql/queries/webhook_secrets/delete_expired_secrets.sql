-- Forget secrets that sign nothing any more.
-- $1 limit_count int8
WITH expired AS MATERIALIZED (
  SELECT endpoint_id, number FROM webhook_secret WHERE expires_at < (SELECT clock_timestamp())
   LIMIT $1 FOR UPDATE SKIP LOCKED
)
DELETE FROM webhook_secret WHERE (endpoint_id, number) IN (SELECT endpoint_id, number FROM expired)
