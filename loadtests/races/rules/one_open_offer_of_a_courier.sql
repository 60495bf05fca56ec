-- A courier has one offer to answer at a time.
-- $1 market_id text
SELECT format('courier %s has %s open offers', courier_id, count(*)) AS broken
  FROM offer WHERE market_id = $1 AND status IN ('pending', 'seen')
 GROUP BY courier_id HAVING count(*) > 1
 LIMIT 20
