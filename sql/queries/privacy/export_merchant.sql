-- Return what is kept of a merchant beside its jobs and its account, which it reads by itself.
-- $1 merchant_id uuid
SELECT m.market_id, jsonb_build_object(
  'merchant', to_jsonb(m),
  'keys', (SELECT jsonb_agg(jsonb_build_object(
      'id', k.id, 'name', k.name, 'scopes', k.scopes, 'created_at', k.created_at, 'last_used_at', k.last_used_at,
      'expires_at', k.expires_at, 'revoked_at', k.revoked_at) ORDER BY k.created_at)
      FROM credential k WHERE k.merchant_id = m.id),
  'webhook_endpoints', (SELECT jsonb_agg(jsonb_build_object(
      'id', e.id, 'url', e.url, 'description', e.description, 'events', e.events, 'created_at', e.created_at)
      ORDER BY e.id) FROM webhook_endpoint e WHERE e.merchant_id = m.id)
) AS data
  FROM merchant m WHERE m.id = $1
