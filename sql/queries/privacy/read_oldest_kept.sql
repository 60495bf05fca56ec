-- Return when the oldest job was made that is not erased, but for these, which are sealed anew; null: there is none.
-- $1 job_ids uuid[]
SELECT min(created_at) AS oldest_at FROM job WHERE erased_at IS NULL AND id <> ALL ($1)
