-- List a merchant's endpoints, oldest first.
-- $1 merchant_id uuid
SELECT id, merchant_id, url, events, description, disabled_reason, created_at, failing_since, rest_until, public_key
  FROM webhook_endpoint WHERE merchant_id = $1 AND disabled_reason IS DISTINCT FROM 'deleted' ORDER BY id
