-- Read those of the keys that are not revoked, and whose they are.
-- $1 credential_ids text[]
SELECT k.id, k.secret_sha256, k.merchant_id, k.courier_id, k.operator_id,
       coalesce(m.market_id, c.market_id, o.market_id) AS market_id
  FROM credential k
  LEFT JOIN merchant m ON m.id = k.merchant_id
  LEFT JOIN courier c ON c.id = k.courier_id
  LEFT JOIN operator o ON o.id = k.operator_id
 WHERE k.id = ANY($1) AND k.revoked_at IS NULL
