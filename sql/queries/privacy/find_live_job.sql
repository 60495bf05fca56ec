-- Find a job of a merchant that has not ended.
-- $1 merchant_id uuid
SELECT id FROM job WHERE merchant_id = $1 AND ended_at IS NULL LIMIT 1
