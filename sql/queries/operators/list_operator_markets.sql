-- List the markets that an operator may look after, by name: that of the account, and those of the same mode that they are admitted to.
-- $1 operator_id uuid
SELECT n.id AS market_id, n.name, CASE WHEN n.id = o.market_id THEN o.role ELSE a.role END AS role
  FROM operator o JOIN market m ON m.id = o.market_id
  JOIN market n ON n.livemode = m.livemode
  LEFT JOIN operator_market a ON a.operator_id = o.id AND a.market_id = n.id
 WHERE o.id = $1 AND (n.id = o.market_id OR a.market_id IS NOT NULL)
 ORDER BY n.name, n.id
