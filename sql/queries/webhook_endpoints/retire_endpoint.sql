-- Hide an endpoint, and forget its secrets; its log may be too long to delete at once.
-- $1 endpoint_id uuid
WITH forgotten AS (DELETE FROM webhook_secret WHERE endpoint_id = $1)
UPDATE webhook_endpoint SET disabled_reason = 'deleted', retired_at = clock_timestamp() WHERE id = $1
