-- Find a stop that this courier has reported as one that cannot be done: a drop-off has failed, with a pickup the job went.
-- $1 stop_id uuid, $2 courier_id uuid
SELECT s.id FROM stop s
 WHERE s.id = $1
   AND ((s.status = 'failed' AND s.courier_id = $2)
     OR (s.kind = 'pickup' AND EXISTS (
           SELECT FROM assignment a
             JOIN fact f ON f.job_id = a.job_id AND f.at = a.ended_at
            WHERE a.job_id = s.job_id AND a.courier_id = $2
              AND f.type IN ('job.reassigned', 'job.canceled') AND f.actor = 'courier')))
