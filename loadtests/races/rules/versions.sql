-- The version of a job has grown with each fact, each offer made of it and each that let go of it.
-- $1 market_id text
SELECT format('job %s has version %s after %s changes', j.id, j.version, j.last_sequence + coalesce(c.count, 0))
         AS broken
  FROM job j
  LEFT JOIN (
    SELECT m.job_id, count(*) + count(*) FILTER (
             WHERE o.status IN ('declined', 'expired', 'revoked', 'unreachable')) AS count
      FROM offer_job m JOIN offer o ON o.id = m.offer_id
     WHERE o.market_id = $1 GROUP BY m.job_id
  ) c ON c.job_id = j.id
 WHERE j.market_id = $1 AND j.version <> j.last_sequence + coalesce(c.count, 0)
 LIMIT 20
