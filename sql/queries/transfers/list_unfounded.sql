-- List transfers without a reason to be: of a delivery that is no fact, or by hand of nobody in the audit log.
-- $1 market_id text, $2 limit_count int8
SELECT t.id, t.market_id, t.job_id, t.kind, t.debit, t.credit, t.amount_cents, t.currency, t.at, t.reason
  FROM transfer t
 WHERE t.market_id = $1
   AND CASE WHEN t.reason IS NULL
            THEN NOT EXISTS (SELECT FROM fact f WHERE f.job_id = t.job_id AND f.type = 'job.delivered')
            ELSE NOT EXISTS (SELECT FROM audit_entry a
                              WHERE a.market_id = t.market_id AND a.subject = 'transfer:' || t.id)
       END
 ORDER BY t.id LIMIT $2
