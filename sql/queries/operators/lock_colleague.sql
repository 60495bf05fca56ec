-- Read somebody who looks after a market, with the role there, and hold their account until the transaction ends.
-- $1 operator_id uuid, $2 market_id text
SELECT o.id, o.name, CASE WHEN o.market_id = $2 THEN o.role ELSE a.role END AS role,
       EXISTS (SELECT FROM identity i WHERE i.operator_id = o.id) AS is_person
  FROM operator o LEFT JOIN operator_market a ON a.operator_id = o.id AND a.market_id = $2
 WHERE o.id = $1 AND (o.market_id = $2 OR a.market_id IS NOT NULL)
   AND (o.disabled_at IS NULL OR o.disabled_at > (SELECT clock_timestamp()))
   FOR NO KEY UPDATE OF o
