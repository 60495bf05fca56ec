-- Hide an endpoint of this merchant's, and forget its secrets; its log may be too long to delete at once.
-- $1 endpoint_id uuid, $2 merchant_id uuid
WITH retired AS (
  UPDATE webhook_endpoint SET disabled_reason = 'deleted'
   WHERE id = $1 AND merchant_id = $2 AND disabled_reason IS DISTINCT FROM 'deleted'
  RETURNING id
), forgotten AS (
  DELETE FROM webhook_secret WHERE endpoint_id IN (SELECT id FROM retired)
)
SELECT id FROM retired
