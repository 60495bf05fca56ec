-- Note that the endpoints which want this type of a job's events will not be told of one: the next in their lanes says so.
-- $1 job_id uuid, $2 type text
INSERT INTO webhook_lane (endpoint_id, subject_id, last_seq, told_at, gap_after_seq)
SELECT e.id, j.id, 0, clock_timestamp(), 0
  FROM job j JOIN webhook_endpoint e ON e.merchant_id = j.merchant_id
 WHERE j.id = $1 AND e.disabled_reason IS NULL AND (e.events = '{}' AND $2 LIKE 'job.%' OR $2 = ANY (e.events))
 ORDER BY e.id
ON CONFLICT (endpoint_id, subject_id) DO UPDATE SET told_at = excluded.told_at, gap_after_seq = webhook_lane.last_seq
