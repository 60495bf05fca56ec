-- Read messages by their ids.
-- $1 message_ids uuid[]
SELECT id, job_id, number, merchant_id, courier_id, sender, text, quick_reply, sent_at
  FROM job_message WHERE id = ANY($1)
