-- Find the job that keeps a merchant's reference from being used again.
-- $1 merchant_id uuid, $2 reference text
SELECT id FROM job
 WHERE merchant_id = $1 AND reference = $2 AND status NOT IN ('returned', 'canceled', 'expired', 'failed')
