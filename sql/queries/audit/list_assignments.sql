-- List every assignment of a market, past ones too, each job's in order.
-- $1 market_id text
SELECT a.job_id, a.courier_id, a.offer_id, a.started_at, a.ended_at
  FROM assignment a JOIN job j ON j.id = a.job_id
 WHERE j.market_id = $1
 ORDER BY a.job_id, a.started_at
