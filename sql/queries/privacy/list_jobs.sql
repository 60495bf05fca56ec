-- List all jobs, by id, after this one.
-- $1 after_id uuid, $2 limit_count int8
SELECT id FROM job WHERE id > $1 ORDER BY id LIMIT $2
