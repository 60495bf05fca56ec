-- Count the people who may change roles in a market and can log in by one of these issuers, without accounts for an emergency.
-- $1 market_id text, $2 issuers text[]
SELECT count(*) AS people_count
  FROM operator o LEFT JOIN operator_market a ON a.operator_id = o.id AND a.market_id = $1
 WHERE CASE WHEN o.market_id = $1 THEN o.role ELSE a.role END = 'admin' AND o.disabled_at IS NULL
   AND EXISTS (SELECT FROM identity i WHERE i.operator_id = o.id AND i.issuer = ANY($2))
