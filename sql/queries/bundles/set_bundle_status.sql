-- Write a bundle's status.
-- $1 bundle_id uuid, $2 status bundle_status
UPDATE bundle SET status = $2 WHERE id = $1
