-- Lock endpoints with lanes that are due and a call free, in no order: who waits is not always behind the same ones.
-- Found by hops through the index of what waits, from endpoint to endpoint, however much waits for one.
-- $1 calls_count_max int8, $2 limit_count int8
WITH RECURSIVE waiting AS (
  (SELECT endpoint_id FROM webhook_lane WHERE due_at IS NOT NULL ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT l.endpoint_id FROM webhook_lane l
           WHERE l.due_at IS NOT NULL AND l.endpoint_id > w.endpoint_id ORDER BY l.endpoint_id LIMIT 1)
    FROM waiting w WHERE w.endpoint_id IS NOT NULL
), clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT e.id, e.merchant_id, e.failures_count, e.failing_since, e.failed_at, e.rest_until, held.calls_count, due.lanes_count, c.now
  FROM waiting w JOIN webhook_endpoint e ON e.id = w.endpoint_id CROSS JOIN clock c
 CROSS JOIN LATERAL (
   SELECT count(*) AS lanes_count FROM (
     SELECT FROM webhook_lane l WHERE l.endpoint_id = e.id AND l.due_at <= c.now LIMIT $1) few
 ) due
 CROSS JOIN LATERAL (
   SELECT count(*) AS calls_count FROM webhook_lane l WHERE l.endpoint_id = e.id AND l.lease_until > c.now
 ) held
 WHERE e.disabled_reason IS NULL AND (e.rest_until IS NULL OR e.rest_until <= c.now)
   AND due.lanes_count > 0 AND held.calls_count < $1
 ORDER BY random() LIMIT $2
   FOR NO KEY UPDATE OF e SKIP LOCKED
