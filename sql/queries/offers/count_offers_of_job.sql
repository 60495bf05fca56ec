-- Count the offers made of a job in its present attempt, and how many were declined.
-- $1 job_id uuid
SELECT count(*) AS offers_count, count(*) FILTER (WHERE o.status = 'declined') AS declined_count
  FROM offer_job oj JOIN offer o ON o.id = oj.offer_id JOIN job j ON j.id = oj.job_id
 WHERE oj.job_id = $1 AND oj.attempt = j.attempt
