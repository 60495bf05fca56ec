-- Delete endpoints that were retired a while ago, once their lanes are gone: nobody is about to tell them anything.
-- $1 older_than_s float8, $2 limit_count int8
WITH retired AS MATERIALIZED (
  SELECT e.id FROM webhook_endpoint e
   WHERE e.disabled_reason = 'deleted' AND e.retired_at < (SELECT clock_timestamp() - make_interval(secs => $1))
     AND NOT EXISTS (SELECT FROM webhook_lane l WHERE l.endpoint_id = e.id)
   ORDER BY e.id LIMIT $2 FOR UPDATE OF e SKIP LOCKED
)
DELETE FROM webhook_endpoint WHERE id IN (SELECT id FROM retired)
