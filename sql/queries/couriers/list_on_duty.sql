-- List the couriers of a market who are not offline, by id, a page at a time.
-- $1 market_id text, $2 after_id uuid, $3 limit_count int8
SELECT id, status, status_changed_at, shift_ends_at, live_jobs_count FROM courier
 WHERE market_id = $1 AND status <> 'offline' AND id > $2 ORDER BY id LIMIT $3
