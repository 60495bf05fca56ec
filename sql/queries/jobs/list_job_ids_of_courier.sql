-- List the live jobs that a courier has in hand.
-- $1 courier_id uuid
SELECT id FROM job WHERE courier_id = $1 AND ended_at IS NULL ORDER BY id
