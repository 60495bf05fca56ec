-- Count the offers made of each job in its present attempt, and how many were declined.
-- $1 job_ids uuid[]
SELECT j.id AS job_id, count(o.id) AS offers_count, count(*) FILTER (WHERE o.status = 'declined') AS declined_count
  FROM job j
  LEFT JOIN offer_job oj ON oj.job_id = j.id AND oj.attempt = j.attempt
  LEFT JOIN offer o ON o.id = oj.offer_id
 WHERE j.id = ANY($1)
 GROUP BY j.id
