-- A job is in the hands of the courier of its assignment, and in nobody's when it has none.
-- $1 market_id text
SELECT format('job %s is %s, of courier %s, assigned to %s', j.id, j.status, j.courier_id, a.courier_id) AS broken
  FROM job j LEFT JOIN assignment a ON a.job_id = j.id AND a.ended_at IS NULL
 WHERE j.market_id = $1
   AND CASE WHEN j.ended_at IS NULL THEN j.courier_id END IS DISTINCT FROM a.courier_id
 LIMIT 20
