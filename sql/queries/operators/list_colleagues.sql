-- List who looks after a market, each with the role there; people, who can log in, come first.
-- $1 market_id text, $2 limit_count int8
SELECT o.id, o.name, CASE WHEN o.market_id = $1 THEN o.role ELSE a.role END AS role,
       EXISTS (SELECT FROM identity i WHERE i.operator_id = o.id) AS is_person
  FROM operator o LEFT JOIN operator_market a ON a.operator_id = o.id AND a.market_id = $1
 WHERE (o.market_id = $1 OR a.market_id IS NOT NULL)
   AND (o.disabled_at IS NULL OR o.disabled_at > (SELECT clock_timestamp()))
 ORDER BY is_person DESC, o.name, o.id LIMIT $2
