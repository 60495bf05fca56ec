-- Return the keys under which the newest secrets of endpoints are, each once.
SELECT DISTINCT s.key_id FROM webhook_secret s JOIN webhook_endpoint e ON e.id = s.endpoint_id
 WHERE s.expires_at IS NULL AND s.key_id IS NOT NULL AND e.retired_at IS NULL
