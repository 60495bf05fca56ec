-- List the endpoints of a market whose last calls failed, or did when ops were told, the worst first, in real time.
-- $1 market_id text, $2 limit_count int8
SELECT w.id, w.merchant_id, failures_count,
       coalesce(extract(epoch FROM clock_timestamp() - failing_since), 0)::float8 AS failing_s
  FROM webhook_endpoint w
 WHERE w.market_id = $1 AND w.disabled_reason IS NULL
   AND (w.failures_count > 0 OR w.id IN (
         SELECT e.endpoint_id FROM exception e
          WHERE e.market_id = $1 AND e.kind = 'webhook_failing' AND e.resolved_at IS NULL))
 ORDER BY w.failures_count DESC, w.id LIMIT $2
