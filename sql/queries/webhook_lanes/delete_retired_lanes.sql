-- Forget lanes of endpoints that were retired, with their deliveries.
-- $1 limit_count int8
DELETE FROM webhook_lane
 WHERE (endpoint_id, subject_id) IN (
   SELECT l.endpoint_id, l.subject_id FROM webhook_endpoint e JOIN webhook_lane l ON l.endpoint_id = e.id
    WHERE e.disabled_reason = 'deleted' LIMIT $1)
