-- Change an endpoint; what is known of its health is forgotten if another URL is called from now on, or one that was disabled.
-- $1 endpoint_id uuid, $2 url text, $3 events text[], $4 description text, $5 disabled_reason disabled_reason
WITH before AS (SELECT url = $2 AND disabled_reason IS NULL AS is_same FROM webhook_endpoint WHERE id = $1)
UPDATE webhook_endpoint
   SET url = $2, events = $3, description = $4, disabled_reason = $5,
       failures_count = CASE WHEN is_same THEN failures_count ELSE 0 END,
       failing_since = CASE WHEN is_same THEN failing_since END,
       failed_at = CASE WHEN is_same THEN failed_at END,
       rest_until = CASE WHEN is_same THEN rest_until END
  FROM before
 WHERE id = $1
RETURNING id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until, public_key
