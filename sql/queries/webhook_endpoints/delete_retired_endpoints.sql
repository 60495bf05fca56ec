-- Delete endpoints that were retired, once their lanes are gone.
-- $1 limit_count int8
DELETE FROM webhook_endpoint
 WHERE id IN (
   SELECT e.id FROM webhook_endpoint e
    WHERE e.disabled_reason = 'deleted' AND NOT EXISTS (SELECT FROM webhook_lane l WHERE l.endpoint_id = e.id)
    LIMIT $1)
