-- Change an endpoint of this merchant's; what is known of its health is forgotten.
-- $1 endpoint_id uuid, $2 merchant_id uuid, $3 url text, $4 events text[], $5 description text, $6 disabled_reason disabled_reason
UPDATE webhook_endpoint
   SET url = $3, events = $4, description = $5, disabled_reason = $6, failures_count = 0, failing_since = NULL,
       rest_until = NULL
 WHERE id = $1 AND merchant_id = $2 AND disabled_reason IS DISTINCT FROM 'deleted'
RETURNING id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until
