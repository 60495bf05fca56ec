-- List the wrong codes that were said at the stops of this kind of a job, by whom and where.
-- $1 job_id uuid, $2 kind stop_kind
SELECT t.stop_id, t.courier_id, t.code
  FROM stop s JOIN proof_code_try t ON t.stop_id = s.id WHERE s.job_id = $1 AND s.kind = $2
