-- Forget lanes in which nothing was told for long, with their deliveries; not those that somebody holds, or an enabled endpoint is to be told of.
-- $1 older_than_s float8, $2 limit_count int8
WITH old AS MATERIALIZED (
  SELECT l.endpoint_id, l.subject_id FROM webhook_lane l
   WHERE l.told_at < (SELECT clock_timestamp() - make_interval(secs => $1))
     AND (l.due_at IS NULL OR NOT EXISTS (
           SELECT FROM webhook_endpoint e WHERE e.id = l.endpoint_id AND e.disabled_reason IS NULL))
   ORDER BY l.told_at LIMIT $2 FOR UPDATE OF l SKIP LOCKED
)
DELETE FROM webhook_lane WHERE (endpoint_id, subject_id) IN (SELECT endpoint_id, subject_id FROM old)
