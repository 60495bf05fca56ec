-- List the couriers about whom an exception of this kind is open.
-- $1 market_id text, $2 kind exception_kind
SELECT courier_id FROM exception
 WHERE market_id = $1 AND kind = $2 AND resolved_at IS NULL AND courier_id IS NOT NULL ORDER BY courier_id
