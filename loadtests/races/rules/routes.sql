-- What is still to be done at a stop is to be done by the courier of its job, and by nobody when there is none.
-- $1 market_id text
SELECT format('stop %s is %s, of courier %s; job %s is %s, of courier %s', s.id, s.status, s.courier_id, j.id, j.status,
              j.courier_id) AS broken
  FROM stop s JOIN job j ON j.id = s.job_id
 WHERE j.market_id = $1 AND s.status IN ('pending', 'enroute', 'arrived')
   AND s.courier_id IS DISTINCT FROM CASE WHEN j.ended_at IS NULL THEN j.courier_id END
 LIMIT 20
