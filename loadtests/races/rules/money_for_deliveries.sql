-- A delivered job was charged and paid once, and no other job moved any money.
-- $1 market_id text
SELECT format('job %s is %s, and made the transfers %s', j.id, j.status, t.kinds) AS broken
  FROM job j
  LEFT JOIN (
    SELECT job_id, array_agg(kind::text ORDER BY kind::text) AS kinds FROM transfer WHERE market_id = $1 GROUP BY job_id
  ) t ON t.job_id = j.id
 WHERE j.market_id = $1
   AND coalesce(t.kinds, '{}') <> CASE WHEN j.status = 'delivered' THEN ARRAY['charge', 'pay'] ELSE '{}'::text[] END
 LIMIT 20
