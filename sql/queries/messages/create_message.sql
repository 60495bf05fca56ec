-- Keep a message; the job is locked.
-- $1 message_id uuid, $2 job_id uuid, $3 number int4, $4 merchant_id uuid, $5 courier_id uuid, $6 sender actor, $7 text text, $8 quick_reply text, $9 sent_at timestamptz
INSERT INTO job_message (id, job_id, number, merchant_id, courier_id, sender, text, quick_reply, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
