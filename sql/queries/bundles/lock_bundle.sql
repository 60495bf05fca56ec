-- Read a bundle and hold its row, and count the live jobs that are still of it.
-- $1 bundle_id uuid
SELECT b.market_id, b.status,
       (SELECT count(*) FROM job j WHERE j.bundle_id = b.id AND j.ended_at IS NULL) AS live_jobs_count
  FROM bundle b WHERE b.id = $1 FOR NO KEY UPDATE OF b
