-- List all transfers of these jobs, each job's oldest first.
-- $1 job_ids uuid[]
SELECT id, market_id, job_id, kind, debit, credit, amount_cents, currency, at, reason
  FROM transfer WHERE job_id = ANY($1)
 ORDER BY job_id, at, id
