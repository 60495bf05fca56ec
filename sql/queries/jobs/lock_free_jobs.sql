-- Hold those of these jobs' rows that nobody else holds, in id order, until the transaction ends. Read them afterwards.
-- $1 job_ids uuid[]
SELECT id FROM job WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED
