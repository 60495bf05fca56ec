-- Lock endpoints that have something due and a call free, in no order: who waits is not always behind the same ones.
-- $1 calls_count_max int8, $2 limit_count int8
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT e.id, e.market_id, e.merchant_id, e.disabled_reason, e.failures_count, e.failing_since, e.rest_until, c.now
  FROM webhook_endpoint e CROSS JOIN clock c
 WHERE e.disabled_reason IS NULL AND (e.rest_until IS NULL OR e.rest_until <= c.now)
   AND EXISTS (SELECT FROM webhook_lane l WHERE l.endpoint_id = e.id AND l.due_at <= c.now)
   AND $1 > (SELECT count(*) FROM webhook_lane l WHERE l.endpoint_id = e.id AND l.lease_until > c.now)
 ORDER BY random() LIMIT $2
   FOR NO KEY UPDATE OF e SKIP LOCKED
