-- Lock an endpoint of this merchant's, and read it.
-- $1 endpoint_id uuid, $2 merchant_id uuid
SELECT id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until, public_key
  FROM webhook_endpoint WHERE id = $1 AND merchant_id = $2 AND disabled_reason IS DISTINCT FROM 'deleted' FOR NO KEY UPDATE
