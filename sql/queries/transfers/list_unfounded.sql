-- List transfers by delivery whose job has no fact of it, or more than one of a kind.
-- $1 market_id text, $2 limit_count int8
SELECT t.id, t.market_id, t.job_id, t.kind, t.debit, t.credit, t.amount_cents, t.currency, t.at, t.reason
  FROM transfer t
 WHERE t.market_id = $1 AND t.reason IS NULL
   AND (NOT EXISTS (SELECT FROM fact f WHERE f.job_id = t.job_id AND f.type = 'job.delivered')
        OR EXISTS (SELECT FROM transfer o WHERE o.job_id = t.job_id AND o.kind = t.kind AND o.id <> t.id))
 ORDER BY t.id LIMIT $2
