-- Hold those of these jobs' rows that nobody else holds, in id order, until the transaction ends. Read them afterwards.
-- $1 job_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT id FROM job WHERE id = ANY(ARRAY(SELECT unnest($1::uuid[]))) ORDER BY id FOR UPDATE SKIP LOCKED
