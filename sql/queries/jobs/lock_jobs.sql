-- Hold these jobs' rows, in id order, until the transaction ends. Read them afterwards.
-- $1 job_ids uuid[]
SELECT id FROM job WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
