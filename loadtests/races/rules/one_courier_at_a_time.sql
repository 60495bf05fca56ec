-- At most one courier has a job at a time.
-- $1 market_id text
SELECT format('job %s is in %s hands', a.job_id, count(*)) AS broken
  FROM assignment a JOIN job j ON j.id = a.job_id
 WHERE j.market_id = $1 AND a.ended_at IS NULL
 GROUP BY a.job_id HAVING count(*) > 1
 LIMIT 20
