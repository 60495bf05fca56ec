-- Let the events of some lanes that were given up since some time begin anew.
-- $1 endpoint_id uuid, $2 subject_ids uuid[], $3 since timestamptz
WITH replayed AS (
  UPDATE webhook_delivery
     SET status = 'pending', attempts_count = 0, faults_count = 0, due_at = clock_timestamp(), ended_at = NULL
   WHERE endpoint_id = $1 AND subject_id = ANY ($2) AND status = 'dead' AND ended_at >= $3
  RETURNING id
)
SELECT count(*) AS replayed_count FROM replayed
