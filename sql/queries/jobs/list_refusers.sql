-- List the couriers who are not to be asked again for a job, whether it is open or somebody has it; as of those that are offered.
-- $1 job_id uuid
SELECT DISTINCT oj.courier_id
  FROM offer_job oj JOIN offer o ON o.id = oj.offer_id JOIN job j ON j.id = oj.job_id
 WHERE oj.job_id = $1
   AND (o.status IN ('accepted', 'declined', 'expired') OR (o.status = 'unreachable' AND oj.attempt = j.attempt))
 ORDER BY oj.courier_id
