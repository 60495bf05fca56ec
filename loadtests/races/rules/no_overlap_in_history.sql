-- No courier ever had a job before the one before had let go of it.
-- $1 market_id text
SELECT format('job %s was taken at %s, and let go of at %s', job_id, started_at, left_at) AS broken
  FROM (
    SELECT a.job_id, a.started_at,
           lag(coalesce(a.ended_at, 'infinity')) OVER (
             PARTITION BY a.job_id ORDER BY a.started_at, a.ended_at NULLS LAST) AS left_at
      FROM assignment a JOIN job j ON j.id = a.job_id
     WHERE j.market_id = $1
  ) history
 WHERE left_at > started_at
 LIMIT 20
