-- List what was said last about these jobs while this courier had them, the latest first.
-- $1 courier_id uuid, $2 job_ids uuid[], $3 limit_count int8
SELECT id, job_id, number, merchant_id, courier_id, sender, text, quick_reply, sent_at
  FROM job_message WHERE job_id = ANY($2) AND courier_id = $1
 ORDER BY sent_at DESC, job_id, number DESC LIMIT $3
