-- List what the audit log tells of transfers that are not there, by the numbers of its entries.
-- $1 market_id text, $2 after_number int8, $3 until_number int8
SELECT number, subject, after::jsonb ->> 'job_id' AS job_id
  FROM audit_entry e
 WHERE market_id = $1 AND number > $2 AND number <= $3 AND action IN ('adjust_job', 'settle_job')
   AND NOT EXISTS (SELECT FROM transfer t WHERE t.id = substring(e.subject FROM '^transfer:([0-9a-f-]{36})$')::uuid)
 ORDER BY number
