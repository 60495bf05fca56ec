-- Change an endpoint; what is known of its health is forgotten.
-- $1 endpoint_id uuid, $2 url text, $3 events text[], $4 description text, $5 disabled_reason disabled_reason
UPDATE webhook_endpoint
   SET url = $2, events = $3, description = $4, disabled_reason = $5, failures_count = 0, failing_since = NULL,
       failed_at = NULL, rest_until = NULL
 WHERE id = $1
RETURNING id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until, public_key
