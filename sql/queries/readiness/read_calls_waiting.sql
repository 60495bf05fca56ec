-- Read since when the oldest webhook that could be called now has waited: not where an endpoint rests or has all its calls under way.
-- $1 calls_count_max int8
WITH RECURSIVE waiting AS (
  (SELECT endpoint_id FROM webhook_lane WHERE due_at IS NOT NULL ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT l.endpoint_id FROM webhook_lane l
           WHERE l.due_at IS NOT NULL AND l.endpoint_id > w.endpoint_id ORDER BY l.endpoint_id LIMIT 1)
    FROM waiting w WHERE w.endpoint_id IS NOT NULL
), clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT extract(epoch FROM max(c.now - due.due_at))::float8 AS due_s
  FROM waiting w JOIN webhook_endpoint e ON e.id = w.endpoint_id CROSS JOIN clock c
 CROSS JOIN LATERAL (
   SELECT l.due_at FROM webhook_lane l
    WHERE l.endpoint_id = e.id AND l.due_at <= c.now ORDER BY l.due_at LIMIT 1
 ) due
 CROSS JOIN LATERAL (
   SELECT count(*) AS calls_count FROM webhook_lane l WHERE l.endpoint_id = e.id AND l.lease_until > c.now
 ) held
 WHERE e.disabled_reason IS NULL AND (e.rest_until IS NULL OR e.rest_until <= c.now) AND held.calls_count < $1
