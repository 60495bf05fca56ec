-- List open offers whose deadline has passed, with their jobs.
-- $1 market_id text, $2 limit_count int8
SELECT id, job_ids FROM offer
 WHERE market_id = $1 AND status IN ('pending', 'seen') AND expires_at <= (SELECT market_now())
 ORDER BY expires_at LIMIT $2
