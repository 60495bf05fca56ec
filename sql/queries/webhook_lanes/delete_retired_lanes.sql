-- Forget lanes of endpoints that were retired, with their deliveries; those that somebody holds are left for the next time.
-- $1 limit_count int8
WITH retired AS MATERIALIZED (
  SELECT l.endpoint_id, l.subject_id FROM webhook_endpoint e JOIN webhook_lane l ON l.endpoint_id = e.id
   WHERE e.disabled_reason = 'deleted' LIMIT $1 FOR UPDATE OF l SKIP LOCKED
)
DELETE FROM webhook_lane WHERE (endpoint_id, subject_id) IN (SELECT endpoint_id, subject_id FROM retired)
