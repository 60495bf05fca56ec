-- Pause or resume a market; answer whether that changed it.
-- $1 market_id text, $2 is_paused bool
UPDATE market SET is_paused = $2 WHERE id = $1 AND is_paused <> $2 RETURNING true AS is_changed
