-- Forget the wrong codes that were said for jobs that have ended: a process of before may have ended them.
-- $1 limit_count int8
DELETE FROM proof_code_try
 WHERE (stop_id, courier_id, code) IN (
   SELECT t.stop_id, t.courier_id, t.code
     FROM proof_code_try t JOIN stop s ON s.id = t.stop_id JOIN job j ON j.id = s.job_id
    WHERE j.ended_at IS NOT NULL LIMIT $1)
