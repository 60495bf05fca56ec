-- List what went to and from an account in a period, oldest first, after a cursor; with the merchant's name for the job.
-- $1 account text, $2 from_at timestamptz, $3 to_at timestamptz, $4 after_at timestamptz, $5 after_id uuid, $6 limit_count int8
SELECT p.transfer_id, p.job_id, p.kind, p.amount_cents, p.currency, p.at, p.reason, j.reference
  FROM (
    SELECT transfer_id, job_id, kind, amount_cents, currency, at, reason
      FROM posting
     WHERE account = $1 AND at >= $2 AND at < $3 AND ($4::timestamptz IS NULL OR (at, transfer_id) > ($4, $5::uuid))
     ORDER BY at, transfer_id LIMIT $6
  ) p
  JOIN job j ON j.id = p.job_id
 ORDER BY p.at, p.transfer_id
