-- Find a stop that this courier has completed.
-- $1 stop_id uuid, $2 courier_id uuid
SELECT id FROM stop WHERE id = $1 AND courier_id = $2 AND status = 'completed'
