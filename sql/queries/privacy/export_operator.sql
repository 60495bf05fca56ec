-- Return what is kept of an operator, but for what the market's audit log says of others.
-- $1 operator_id uuid
SELECT o.market_id, jsonb_build_object(
  'operator', to_jsonb(o),
  'log_in_names', (SELECT jsonb_agg(jsonb_build_object('issuer', i.issuer, 'subject', i.subject) ORDER BY i.issuer, i.subject)
      FROM identity i WHERE i.operator_id = o.id),
  'markets', (SELECT jsonb_agg(jsonb_build_object('market_id', a.market_id, 'role', a.role) ORDER BY a.market_id)
      FROM operator_market a WHERE a.operator_id = o.id),
  'former_markets', (SELECT jsonb_agg(jsonb_build_object('market_id', f.market_id, 'role', f.role) ORDER BY f.market_id)
      FROM former_operator_market f WHERE f.operator_id = o.id),
  'log_ins', (SELECT jsonb_agg(jsonb_build_object(
      'kind', k.kind, 'created_at', k.created_at, 'last_used_at', k.last_used_at, 'revoked_at', k.revoked_at)
      ORDER BY k.created_at) FROM credential k WHERE k.operator_id = o.id),
  'acts', (SELECT jsonb_agg(jsonb_build_object(
      'market_id', e.market_id, 'at', e.at, 'action', e.action, 'subject', e.subject, 'reason', e.reason,
      'client_address', e.client_address) ORDER BY e.market_id, e.number)
      FROM audit_entry e WHERE e.actor = 'ops' AND e.principal_id = o.id)
) AS data
  FROM operator o WHERE o.id = $1
