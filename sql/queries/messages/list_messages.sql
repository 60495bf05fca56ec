-- List what was said about a job, in order.
-- $1 job_id uuid
SELECT id, job_id, number, merchant_id, courier_id, sender, text, quick_reply, sent_at
  FROM job_message WHERE job_id = $1 ORDER BY number
