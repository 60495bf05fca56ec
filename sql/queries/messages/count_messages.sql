-- Count what was said about a job, and how much of it by this side.
-- $1 job_id uuid, $2 sender actor
SELECT coalesce(max(number), 0) AS last_number, count(*)::int AS messages_count,
       (count(*) FILTER (WHERE sender = $2))::int AS of_sender_count
  FROM job_message WHERE job_id = $1
