-- The facts of a job are numbered from 1 to the last one, without gap.
-- $1 market_id text
SELECT format('job %s: %s facts from %s to %s, the last should be %s', j.id, f.count, f.first, f.last, j.last_sequence)
         AS broken
  FROM job j
  LEFT JOIN (
    SELECT job_id, min(sequence) AS first, max(sequence) AS last, count(*) AS count
      FROM fact WHERE market_id = $1 AND job_id IS NOT NULL GROUP BY job_id
  ) f ON f.job_id = j.id
 WHERE j.market_id = $1
   AND (f.first IS DISTINCT FROM 1 OR f.last IS DISTINCT FROM j.last_sequence
        OR f.count IS DISTINCT FROM j.last_sequence)
 LIMIT 20
