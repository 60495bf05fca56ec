-- Read those of the credentials that are open, whose they are, and where else operators are admitted: in markets of the same mode.
-- $1 credential_ids text[]
SELECT k.id, k.kind, k.secret_sha256, k.scopes, k.merchant_id, k.courier_id, k.operator_id, o.role, m.id AS market_id,
       m.livemode, k.secret_expires_at IS NULL OR k.secret_expires_at > (SELECT clock_timestamp()) AS is_fresh,
       coalesce((SELECT jsonb_agg(jsonb_build_object('market_id', a.market_id, 'role', a.role) ORDER BY a.market_id)
                   FROM operator_market a JOIN market n ON n.id = a.market_id
                  WHERE a.operator_id = k.operator_id AND n.livemode = m.livemode), '[]') AS admissions,
       (SELECT allowed_from FROM credential WHERE id = k.id) AS allowed_from
  FROM open_credential k
  LEFT JOIN merchant s ON s.id = k.merchant_id
  LEFT JOIN courier c ON c.id = k.courier_id
  LEFT JOIN operator o ON o.id = k.operator_id
  JOIN market m ON m.id = coalesce(s.market_id, c.market_id, o.market_id)
 WHERE k.id = ANY($1)
