-- A job is under an offer as long as that is open, and no longer.
-- $1 market_id text
SELECT format('job %s is %s under offer %s; offer %s of it is %s', j.id, j.status, j.offer_id, o.id, o.status) AS broken
  FROM job j JOIN offer_job m ON m.job_id = j.id JOIN offer o ON o.id = m.offer_id
 WHERE j.market_id = $1 AND (o.status IN ('pending', 'seen')) <> (j.offer_id IS NOT DISTINCT FROM o.id)
 LIMIT 20
