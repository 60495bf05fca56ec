-- A job was assigned as often as its facts say.
-- $1 market_id text
SELECT format('job %s: %s assignments, %s facts', j.id, coalesce(a.count, 0), coalesce(f.count, 0)) AS broken
  FROM job j
  LEFT JOIN (SELECT job_id, count(*) FROM assignment GROUP BY job_id) a ON a.job_id = j.id
  LEFT JOIN (
    SELECT job_id, count(*) FROM fact WHERE market_id = $1 AND type = 'job.assigned' GROUP BY job_id
  ) f ON f.job_id = j.id
 WHERE j.market_id = $1 AND coalesce(a.count, 0) <> coalesce(f.count, 0)
 LIMIT 20
