-- List the facts of all jobs of a market, each job's in order; the status is the one after the fact.
-- $1 market_id text
SELECT job_id, sequence, type, body ->> 'status' AS status, recorded_at
  FROM fact WHERE market_id = $1 AND job_id IS NOT NULL
 ORDER BY job_id, sequence
