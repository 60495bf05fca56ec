-- Find the job that a token is for, unless it ended too long ago.
-- $1 token_sha256 bytea, $2 lasts_s float8
SELECT j.id AS job_id, j.market_id
  FROM tracking t JOIN job j ON j.id = t.job_id
 WHERE t.token_sha256 = $1
   AND (j.ended_at IS NULL OR j.ended_at > (SELECT market_now() - make_interval(secs => $2)))
