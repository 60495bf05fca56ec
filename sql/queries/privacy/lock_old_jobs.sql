-- Lock jobs of a market that ended so long ago and have not been erased, the oldest first, but for those on hold.
-- $1 market_id text, $2 older_than_s float8, $3 limit_count int8
SELECT id FROM job
 WHERE market_id = $1 AND erased_at IS NULL AND ended_at < (SELECT market_now() - make_interval(secs => $2))
   AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.job_id = job.id)
 ORDER BY ended_at LIMIT $3
   FOR NO KEY UPDATE OF job SKIP LOCKED
