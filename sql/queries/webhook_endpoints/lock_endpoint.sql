-- Lock an endpoint, and read how it does.
-- $1 endpoint_id uuid
SELECT id, market_id, merchant_id, disabled_reason, failures_count, failing_since, rest_until, clock_timestamp() AS now
  FROM webhook_endpoint WHERE id = $1 FOR NO KEY UPDATE
