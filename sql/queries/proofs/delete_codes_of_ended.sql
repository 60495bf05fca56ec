-- Forget the codes of jobs that have ended: a process of before may have ended them.
-- $1 limit_count int8
DELETE FROM proof_code
 WHERE (job_id, kind) IN (
   SELECT k.job_id, k.kind FROM proof_code k JOIN job j ON j.id = k.job_id WHERE j.ended_at IS NOT NULL LIMIT $1)
