-- List the couriers of a market who are not offline.
-- $1 market_id text
SELECT id, status, status_changed_at, shift_ends_at, live_jobs_count FROM courier
 WHERE market_id = $1 AND status <> 'offline' ORDER BY id
