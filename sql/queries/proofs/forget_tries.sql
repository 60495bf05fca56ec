-- Forget the wrong codes that were said at the stops of a job: they may be tried anew.
-- $1 job_id uuid
DELETE FROM proof_code_try t USING stop s WHERE s.id = t.stop_id AND s.job_id = $1
