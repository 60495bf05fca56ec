-- Let lanes be due when their heads are; those that somebody holds are left to him.
-- $1 endpoint_id uuid, $2 subject_ids uuid[]
UPDATE webhook_lane l
   SET due_at = (
     SELECT d.due_at FROM webhook_delivery d
      WHERE d.endpoint_id = l.endpoint_id AND d.subject_id = l.subject_id AND d.status = 'pending'
      ORDER BY d.seq LIMIT 1)
 WHERE l.endpoint_id = $1 AND l.subject_id = ANY ($2)
   AND (l.lease_until IS NULL OR l.lease_until < (SELECT clock_timestamp()))
