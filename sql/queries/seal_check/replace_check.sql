-- Put a text that newer keys open too in the place of the one that there is, or not.
-- $1 sealed text
INSERT INTO seal_check (sealed) VALUES ($1) ON CONFLICT (is_only) DO UPDATE SET sealed = excluded.sealed
