-- Find since when a courier has the job of a stop.
-- $1 courier_id uuid, $2 stop_id uuid
SELECT a.started_at
  FROM stop s JOIN assignment a ON a.job_id = s.job_id
 WHERE s.id = $2 AND a.courier_id = $1 AND a.ended_at IS NULL
