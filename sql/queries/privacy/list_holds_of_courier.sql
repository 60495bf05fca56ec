-- List the holds on jobs that a courier has had, the latest first.
-- $1 courier_id uuid, $2 limit_count int8
SELECT job_id, reason, held_at FROM legal_hold
 WHERE job_id IN (SELECT a.job_id FROM assignment a WHERE a.courier_id = $1)
 ORDER BY held_at DESC LIMIT $2
