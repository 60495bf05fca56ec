-- Let a delivery that has ended begin anew.
-- $1 delivery_id uuid
UPDATE webhook_delivery
   SET status = 'pending', attempts_count = 0, faults_count = 0, due_at = clock_timestamp(), ended_at = NULL
 WHERE id = $1 AND status <> 'pending'
