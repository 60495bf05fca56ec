-- Forget lanes in which nothing was told for long, with their deliveries; those that somebody holds are left for the next time.
-- $1 older_than_s float8, $2 limit_count int8
WITH old AS MATERIALIZED (
  SELECT endpoint_id, subject_id FROM webhook_lane
   WHERE told_at < (SELECT clock_timestamp() - make_interval(secs => $1))
   ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM webhook_lane WHERE (endpoint_id, subject_id) IN (SELECT endpoint_id, subject_id FROM old)
