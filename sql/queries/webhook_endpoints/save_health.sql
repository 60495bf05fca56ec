-- Save how an endpoint does.
-- $1 endpoint_id uuid, $2 failures_count int4, $3 failing_since timestamptz, $4 rest_until timestamptz, $5 disabled_reason disabled_reason
UPDATE webhook_endpoint SET failures_count = $2, failing_since = $3, rest_until = $4, disabled_reason = $5 WHERE id = $1
