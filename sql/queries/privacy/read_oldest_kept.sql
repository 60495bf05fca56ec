-- Return when the oldest job was made that is neither erased nor on hold; null: there is none.
SELECT min(j.created_at) AS oldest_at FROM job j
 WHERE j.erased_at IS NULL AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.job_id = j.id)
